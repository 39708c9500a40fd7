from django.urls import path

from dashboards import views

app_name = "dashboards"
urlpatterns = [
    path("", views.Overview.as_view(), name="home"),
    path("needs/", views.NeedList.as_view(), name="need_list"),
    path("needs/export/", views.NeedExport.as_view(), name="need_export"),
    path("measures/export/", views.MeasureExport.as_view(), name="measure_export"),
    path("organizations/", views.OrganizationList.as_view(), name="organization_list"),
    path("quarters/", views.QuarterList.as_view(), name="quarter_list"),
]
