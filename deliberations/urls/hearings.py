"""/hearings/: 议题 and 三会, for residents."""

from django.urls import path

from deliberations.views import ballots, calendar, hearing_results, hearings, issues, seats

app_name = "hearings"
urlpatterns = [
    path("", hearings.HomeView.as_view(), name="home"),
    path("issues/", issues.IssueFollowView.as_view(), name="issue_follow"),
    path("issues/new/", issues.IssueCreateView.as_view(), name="issue_create"),
    path("issues/raise/", issues.IssueRaiseView.as_view(), name="issue_raise"),
    path("issues/<str:code>/", issues.IssueView.as_view(), name="issue"),
    path("calendars/<str:code>/", calendar.MonthView.as_view(), name="month"),
    path("calendars/<str:code>/calendar.ics", calendar.CalendarFeedView.as_view(), name="calendar"),
    path("sign-in/<str:token>/", seats.SignInView.as_view(), name="sign_in"),
    path("i/<str:token>/", hearings.InvitationView.as_view(), name="invitation"),
    path("i/<str:token>/papers/<int:pk>/", hearings.InvitationPaperView.as_view(), name="invitation_paper"),
    path("<str:code>/", hearings.HearingView.as_view(), name="hearing"),
    path("<str:code>/ballot/", ballots.BallotView.as_view(), name="ballot"),
    path("<str:code>/receipt/", ballots.ReceiptView.as_view(), name="receipt"),
    path("<str:code>/result/", hearing_results.ResultView.as_view(), name="result"),
    path("<str:code>/seat/", seats.SeatView.as_view(), name="seat"),
    path("<str:code>/calendar.ics", hearings.HearingCalendarView.as_view(), name="hearing_calendar"),
    path("<str:code>/papers/<int:pk>/", hearings.PaperView.as_view(), name="paper"),
]
