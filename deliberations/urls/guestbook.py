"""/guestbook/: 留言簿, read without an account; whoever writes, joins or looks up the own ones proves a phone."""

from django.urls import path

from deliberations.views import guestbook, guestbook_own, guestbook_phone

app_name = "guestbook"
urlpatterns = [
    path("", guestbook.HomeView.as_view(), name="home"),
    path("phone/", guestbook_phone.PhoneView.as_view(), name="phone"),
    path("phone/code/", guestbook_phone.CodeView.as_view(), name="phone_code"),
    path("phone/leave/", guestbook_phone.LeaveView.as_view(), name="phone_leave"),
    path("mine/", guestbook_own.MineView.as_view(), name="mine"),
    path("mine/<str:code>/", guestbook_own.OwnView.as_view(), name="own"),
    path("mine/<str:code>/appeal/", guestbook_own.AppealView.as_view(), name="appeal"),
    path("mine/<str:code>/withdraw/", guestbook_own.WithdrawView.as_view(), name="withdraw"),
    path("mine/<str:code>/photos/<int:pk>/", guestbook_own.OwnPhotoView.as_view(), name="own_photo"),
    path("m/<str:code>/", guestbook.MessageView.as_view(), name="message"),
    path("m/<str:code>/support/", guestbook_own.SupportView.as_view(), name="support"),
    path("m/<str:code>/flag/", guestbook_own.FlagView.as_view(), name="flag"),
    path("m/<str:code>/photos/<int:pk>/", guestbook.PhotoView.as_view(), name="photo"),
    path("<str:code>/", guestbook.BookView.as_view(), name="home"),
    path("<str:code>/write/", guestbook_own.WriteView.as_view(), name="write"),
    path("<str:code>/petition/", guestbook.PetitionView.as_view(), name="petition"),
]
