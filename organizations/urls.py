from django.urls import path

from organizations import views

app_name = "organizations"
urlpatterns = [
    path("m/<str:token>/", views.MeetingSignInView.as_view(), name="meeting_sign_in"),
    path("l/<str:token>/", views.LeagueSignInView.as_view(), name="league_sign_in"),
]
