"""What staff print, and look up while they type."""

from django.urls import path

from grids.views import addresses, posters

app_name = "grids"
urlpatterns = [
    path("buildings/find/", addresses.BuildingFindView.as_view(), name="building_find"),
    path("buildings/posters/", posters.BuildingPosterView.as_view(), name="building_posters"),
    path("buildings/<int:pk>/poster/", posters.BuildingPosterView.as_view(), name="building_poster"),
    path("posters/", posters.GridPosterView.as_view(), name="grid_posters"),
    path("<int:pk>/poster/", posters.GridPosterView.as_view(), name="grid_poster"),
]
