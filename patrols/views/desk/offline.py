"""What makes the desk an application of the phone: manifest, service worker, who is signed in, what is not sent yet."""

import hashlib
import json

from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.views import View
from django.views.generic import TemplateView

from patrols.views.desk.ground import GroundMixin

SHELL = (
    "css/tokens.css",
    "css/parts.css",
    "css/site.css",
    "css/desk.css",
    "css/print.css",
    "js/base.js",
    "js/desk_store.js",
    "js/desk_sync.js",
    "js/desk.js",
    "js/desk_report.js",
    "django_htmx/htmx-2.min.js",
    "img/icons.svg",
    "img/logo.svg",
    "img/favicon.svg",
)
WORKER = ("js/desk_store.js", "js/desk_sync.js", "js/service_worker.js")


class ManifestView(View):
    def get(self, request):
        icons = [
            {"src": static(f"img/icon-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png", "purpose": purpose}
            for side in (192, 512)
            for purpose in ("any", "maskable")
        ]
        manifest = {
            "name": "网格工作台",
            "short_name": "网格工作台",
            "lang": "zh-Hans",
            "id": reverse("desk:home"),
            "start_url": reverse("desk:home"),
            "scope": reverse("desk:home"),
            "display": "standalone",
            "background_color": "#f6f7f9",
            "theme_color": "#b3181e",
            "icons": icons,
        }
        return JsonResponse(
            manifest, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
        )


class ServiceWorkerView(View):
    """A few lines that name this release's files; what it does is static/js/service_worker.js."""

    def get(self, request):
        shell = [static(path) for path in SHELL]
        settings = {
            "release": hashlib.sha256("".join([*shell, *map(static, WORKER)]).encode()).hexdigest()[:12],
            "shell": shell,
            "home": reverse("desk:home"),
            "offline": reverse("patrol_desk:offline"),
            "session": reverse("patrol_desk:session"),
        }
        lines = [
            f"self.DESK = {json.dumps(settings)};",
            f"importScripts({', '.join(json.dumps(static(path)) for path in WORKER)});",
        ]
        response = HttpResponse("\n".join(lines), content_type="text/javascript; charset=utf-8")
        response["Service-Worker-Allowed"] = reverse("desk:home")
        response["Cache-Control"] = "no-cache"
        return response


class SessionView(View):
    """Asked before anything is sent: whose session this is, and the token to send with."""

    def get(self, request):
        user = request.user
        told = {"user": str(user.pk) if user.is_authenticated else None, "csrf": get_token(request)}
        response = JsonResponse(told)
        response["Cache-Control"] = "no-store"
        return response


class OutboxView(GroundMixin, TemplateView):
    """What this phone has not sent yet; the rows are the phone's own (desk.js)."""

    template_name = "desk/grid/outbox.html"
    tab, is_kept = "more", True


class OfflineView(View):
    """Shown where the phone has kept nothing of the page: the same for everybody, and of nobody."""

    def get(self, request):
        response = render(request, "desk/grid/offline.html")
        response["Cache-Control"] = "no-cache"
        return response
