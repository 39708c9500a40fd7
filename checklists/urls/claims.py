"""/me/claims/: 微心愿认领, the needs that somebody who serves takes on."""

from django.urls import path

from checklists.views import claims

app_name = "claims"
urlpatterns = [
    path("", claims.ClaimListView.as_view(), name="list"),
    path("wishes/<int:pk>/", claims.ClaimCreateView.as_view(), name="create"),
    path("photos/<int:pk>/", claims.ClaimPhotoView.as_view(), name="photo"),
    path("<int:pk>/", claims.ClaimDetailView.as_view(), name="detail"),
    path("<int:pk>/reveal/<slug:field>/", claims.ClaimRevealView.as_view(), name="reveal"),
    path("<int:pk>/<slug:verb>/", claims.ClaimActView.as_view(), name="act"),
]
