"""/wall/: 心愿墙, without an account. What is read by everybody is found by its number, one's own by its receipt."""

from django.urls import path

from deliberations.views import own_wishes, wall

app_name = "wall"
urlpatterns = [
    path("", wall.WallHomeView.as_view(), name="home"),
    path("mine/<str:code>/", own_wishes.OwnWishView.as_view(), name="own"),
    path("<str:code>/", wall.CommunityWallView.as_view(), name="community"),
    path("<str:code>/screen/", wall.ScreenView.as_view(), name="screen"),
    path("<str:code>/<int:year>-<int:number>/", wall.WishView.as_view(), name="wish"),
    path("<str:code>/<int:year>-<int:number>/claim/", wall.WishClaimView.as_view(), name="claim"),
    path("<str:code>/<int:year>-<int:number>/photo/", wall.WishPhotoView.as_view(), name="photo"),
]
