"""/volunteers/: what everybody may see and do without an account."""

from django.urls import path

from volunteers.views import (
    calendar,
    honours,
    landing,
    reports,
    sessions,
    stations,
    tablet,
    teams,
    tracking,
    verification,
)

app_name = "volunteers"
urlpatterns = [
    path("", landing.LandingView.as_view(), name="landing"),
    path("report/", reports.ReportCreateView.as_view(), name="report"),
    path("report/wanted/", reports.WantedView.as_view(), name="report_wanted"),
    path("report/units/", reports.UnitNamesView.as_view(), name="report_units"),
    path("report/track/", tracking.ReportTrackView.as_view(), name="report_track"),
    path("reports/<slug:code>/", tracking.ReportDetailView.as_view(), name="report_detail"),
    path("reports/<slug:code>/correct/", tracking.ReportCorrectView.as_view(), name="report_correct"),
    path("reports/<slug:code>/slip/", tracking.ReportSlipView.as_view(), name="report_slip"),
    path("teams/", teams.TeamListView.as_view(), name="teams"),
    path("teams/<int:pk>/", teams.TeamView.as_view(), name="team"),
    path("stations/", stations.StationListView.as_view(), name="stations"),
    path("stations/<slug:code>/", stations.StationView.as_view(), name="station"),
    path("sessions/", sessions.PublicSessionListView.as_view(), name="sessions"),
    path("sessions/<slug:code>/", sessions.PublicSessionView.as_view(), name="session"),
    path("sessions/<slug:code>/calendar.ics", calendar.SessionCalendarView.as_view(), name="session_calendar"),
    path("tablets/<str:token>/", tablet.TabletView.as_view(), name="session_tablet"),
    path("verify/", verification.VerifyView.as_view(), name="verify"),
    path("honours/", honours.HonourListView.as_view(), name="honours"),
    path("stars/", honours.StarListView.as_view(), name="stars"),
]
