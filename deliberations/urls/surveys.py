"""/surveys/: 评议, for those who answer."""

from django.urls import path

from deliberations.views import surveys

app_name = "surveys"
urlpatterns = [
    path("", surveys.SurveyHomeView.as_view(), name="home"),
    path("<slug:code>/", surveys.SurveyView.as_view(), name="survey"),
    path("<slug:code>/ask/", surveys.InquiryView.as_view(), name="ask"),
    path("<slug:code>/done/", surveys.SurveyDoneView.as_view(), name="done"),
    path("<slug:code>/result/", surveys.SurveyResultView.as_view(), name="result"),
]
