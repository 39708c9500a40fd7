"""网格工作台: the phone pages of whoever serves a grid. They come before the units' pages under the same /desk/."""

from django.urls import path

from patrols.views.desk import errands, grids, incidents, needs, notes, offline, reports, rounds, today, visits

app_name = "patrol_desk"
urlpatterns = [
    path("", today.TodayView.as_view(), name="today"),
    path("grid/", grids.GridView.as_view(), name="grid_detail"),
    path("more/", grids.MoreView.as_view(), name="more"),
    path("households/", visits.HouseholdListView.as_view(), name="household_list"),
    path("households/<int:pk>/", visits.HouseholdView.as_view(), name="household_detail"),
    path("rounds/new/", rounds.RoundCreateView.as_view(), name="round_create"),
    path("rounds/<int:pk>/", rounds.RoundView.as_view(), name="round_detail"),
    path("incidents/", incidents.IncidentListView.as_view(), name="incident_list"),
    path("incidents/new/", reports.ReportView.as_view(), name="incident_create"),
    path("incidents/<int:pk>/", incidents.IncidentView.as_view(), name="incident_detail"),
    path("incidents/<int:pk>/<slug:verb>/", incidents.IncidentActView.as_view(), name="incident_act"),
    path("incident-photos/<int:pk>/", incidents.IncidentPhotoView.as_view(), name="incident_photo"),
    path("places/", reports.PlacesView.as_view(), name="places"),
    path("needs/", needs.NeedListView.as_view(), name="need_list"),
    path("needs/<int:pk>/", needs.NeedView.as_view(), name="need_detail"),
    path("filings/new/", needs.FilingView.as_view(), name="filing_create"),
    path("notes/", notes.NoteCreateView.as_view(), name="note_create"),
    path("errands/", errands.ErrandListView.as_view(), name="errand_list"),
    path("errands/<int:pk>/", errands.ErrandView.as_view(), name="errand_detail"),
    path("outbox/", offline.OutboxView.as_view(), name="outbox"),
    path("offline/", offline.OfflineView.as_view(), name="offline"),
    path("session/", offline.SessionView.as_view(), name="session"),
    path("manifest.webmanifest", offline.ManifestView.as_view(), name="manifest"),
    path("service-worker.js", offline.ServiceWorkerView.as_view(), name="service_worker"),
]
