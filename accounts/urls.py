from django.contrib.auth import views as auth_views
from django.urls import path, reverse_lazy

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.LoginView.as_view(), name="login"),
    path("logout/", auth_views.LogoutView.as_view(), name="logout"),
    path("", views.HomeView.as_view(), name="home"),
    path(
        "password/",
        auth_views.PasswordChangeView.as_view(
            template_name="accounts/password_change.html", success_url=reverse_lazy("accounts:home")
        ),
        name="password_change",
    ),
    path("notifications/", views.NotificationListView.as_view(), name="notification_list"),
    path("notifications/<int:pk>/", views.NotificationReadView.as_view(), name="notification_read"),
    path("filters/", views.SavedFilterCreateView.as_view(), name="savedfilter_create"),
    path("filters/<int:pk>/delete/", views.SavedFilterDeleteView.as_view(), name="savedfilter_delete"),
    path("reveal/<slug:app_label>/<slug:model>/<int:pk>/<slug:field>/", views.RevealView.as_view(), name="reveal"),
]
