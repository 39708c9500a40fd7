from django.urls import path

from grids import views

app_name = "grids"
urlpatterns = [
    path("buildings/posters/", views.BuildingPosterView.as_view(), name="building_posters"),
    path("buildings/<int:pk>/poster/", views.BuildingPosterView.as_view(), name="building_poster"),
]
