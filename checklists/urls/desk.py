"""The phone pages of whoever answers for a unit or walks a grid, and the signed link that needs no account."""

from django.urls import path

from checklists.views import dispatches, holdings

app_name = "desk"
urlpatterns = [
    path("", holdings.HomeView.as_view(), name="home"),
    path("dispatches/", dispatches.DispatchListView.as_view(), name="dispatch_list"),
    path("dispatches/<int:pk>/", dispatches.DispatchDetailView.as_view(), name="dispatch_detail"),
    path("dispatches/<int:pk>/take/", dispatches.DispatchTakeView.as_view(), name="dispatch_take"),
    path("dispatches/<int:pk>/decline/", dispatches.DispatchDeclineView.as_view(), name="dispatch_decline"),
    path("dispatches/<int:pk>/start/", dispatches.DispatchStartView.as_view(), name="dispatch_start"),
    path("dispatches/<int:pk>/finish/", dispatches.DispatchFinishView.as_view(), name="dispatch_finish"),
    path("resources/<int:pk>/", holdings.ResourceChangeView.as_view(), name="resource_change"),
    path("resources/<int:pk>/pause/", holdings.ResourcePauseView.as_view(), name="resource_pause"),
    path("photos/<int:pk>/", dispatches.PhotoView.as_view(), name="photo"),
    path("d/<str:token>/", dispatches.LinkDetailView.as_view(), name="link_detail"),
    path("d/<str:token>/take/", dispatches.LinkTakeView.as_view(), name="link_take"),
    path("d/<str:token>/decline/", dispatches.LinkDeclineView.as_view(), name="link_decline"),
    path("d/<str:token>/start/", dispatches.LinkStartView.as_view(), name="link_start"),
    path("d/<str:token>/finish/", dispatches.LinkFinishView.as_view(), name="link_finish"),
    path("d/<str:token>/reveal/<slug:field>/", dispatches.LinkRevealView.as_view(), name="link_reveal"),
    path("d/<str:token>/photos/<int:pk>/", dispatches.LinkPhotoView.as_view(), name="link_photo"),
]
