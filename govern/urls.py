"""Every door of the platform. Apps are named by string only: this package knows none of them."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from govern import views

urlpatterns = [
    path("", include("checklists.urls.residents")),
    path("me/claims/", include("checklists.urls.claims")),
    path("me/notes/", include("patrols.urls.own_notes")),
    path("me/", include("volunteers.urls.me")),
    path("volunteers/", include("volunteers.urls.residents")),
    path("wall/", include("deliberations.urls.wall")),
    path("guestbook/", include("deliberations.urls.guestbook")),
    path("mediation/", include("deliberations.urls.mediation")),
    path("hearings/", include("deliberations.urls.hearings")),
    path("surveys/", include("deliberations.urls.surveys")),
    path("desk/reports/", include("volunteers.urls.desk")),
    path("desk/notes/", include("patrols.urls.notes")),
    path("desk/", include("patrols.urls.desk")),
    path("desk/", include("checklists.urls.desk")),
    path("dashboards/", include("dashboards.urls")),
    path("accounts/", include("accounts.urls")),
    path("grids/", include("grids.urls.staff")),
    path("", include("grids.urls.residents")),
    path("", include("patrols.urls.channels")),
    path("", include("organizations.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/", include("govern.routes")),
    path("admin/", admin.site.urls),
    path("reading/", views.reading_change, name="reading_change"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
]
