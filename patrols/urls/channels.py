"""Pages without an account: where the community sits this week, its code, and the numbers called in the hall."""

from django.urls import path

from patrols.views import channels, screens

app_name = "channels"
urlpatterns = [
    path("field-desks/", channels.FieldDeskListView.as_view(), name="desk_list"),
    path("field-desks/<str:code>/need/", channels.FieldDeskNeedView.as_view(), name="desk_need"),
    path("field-desks/<str:code>/calendar.ics", channels.FieldDeskCalendarView.as_view(), name="desk_calendar"),
    path("red-vest/<str:code>/need/", channels.RedVestNeedView.as_view(), name="red_vest_need"),
    path("hall/<str:code>/", screens.HallView.as_view(), name="hall"),
]
