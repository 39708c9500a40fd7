"""The API's routes, gathered from the apps that have one."""

from django.urls import include, path

urlpatterns = [
    path("", include("organizations.api")),
    path("", include("grids.api")),
    path("", include("checklists.api")),
    path("", include("patrols.api")),
    path("", include("dashboards.api")),
]
