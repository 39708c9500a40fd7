from django.urls import path

from dashboards.views import deliberations, grids, maps, needs, rows

app_name = "dashboards"
urlpatterns = [
    path("", needs.Overview.as_view(), name="home"),
    path("needs/", needs.NeedList.as_view(), name="need_list"),
    path("needs/export/", needs.NeedExport.as_view(), name="need_export"),
    path("measures/export/", needs.MeasureExport.as_view(), name="measure_export"),
    path("organizations/", needs.OrganizationList.as_view(), name="organization_list"),
    path("quarters/", needs.QuarterList.as_view(), name="quarter_list"),
    path("map/", maps.Map.as_view(), name="map"),
    path("map/shapes/", maps.Shapes.as_view(), name="map_shapes"),
    path("map/export/", maps.MapExport.as_view(), name="map_export"),
    path("map/work/", maps.WorkList.as_view(), name="work_list"),
    path("map/work/export/", maps.WorkExport.as_view(), name="work_export"),
    path("grids/", grids.GridList.as_view(), name="grid_list"),
    path("grids/export/", grids.GridExport.as_view(), name="grid_export"),
    path("deliberations/", deliberations.DeliberationList.as_view(), name="deliberation_list"),
    path("deliberations/export/", deliberations.DeliberationExport.as_view(), name="deliberation_export"),
    path("deliberations/rows/", deliberations.DeliberationRows.as_view(), name="deliberation_rows"),
    path("deliberations/rows/export/", deliberations.DeliberationRowsExport.as_view(), name="deliberation_rows_export"),
    path("incidents/", rows.IncidentList.as_view(), name="incident_list"),
    path("incidents/export/", rows.IncidentExport.as_view(), name="incident_export"),
    path("households/", rows.HouseholdList.as_view(), name="household_list"),
    path("households/export/", rows.HouseholdExport.as_view(), name="household_export"),
    path("rounds/", rows.RoundList.as_view(), name="round_list"),
    path("rounds/export/", rows.RoundExport.as_view(), name="round_export"),
]
