from django.contrib.auth import BACKEND_SESSION_KEY
from django.urls import reverse

PHONE_BACKEND = "volunteers.backends.PhoneCodeBackend"  # who signed in by a code on the phone serves, and works nowhere
LARGE_TYPE_COOKIE = "large_type"


def reading(request):
    """How this reader wants the page: `large_type` is the 适老化 mode, chosen in one tap and kept in a cookie."""
    return {"large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"}


def places(request):
    """Where a signed-in person may go: the rows of the navigation bar."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    is_by_phone = request.session.get(BACKEND_SESSION_KEY) == PHONE_BACKEND
    rows = [
        (is_by_phone, "我的志愿服务", reverse("me:home"), "volunteer"),
        (user.is_staff, "工作台", reverse("admin:index"), "list-check"),
        (
            user.has_perm("checklists.view_dispatch") or not (user.is_staff or is_by_phone),
            "我的工作",
            reverse("desk:home"),
            "clipboard-check",
        ),
        (user.has_perm("checklists.supervise_need"), "督导看板", reverse("dashboards:home"), "dashboard"),
        (
            user.has_perms(["checklists.supervise_need", "volunteers.view_report"]),
            "双报到",
            reverse("reports:funnel"),
            "volunteer",
        ),
        (True, "消息", reverse("accounts:notification_list"), "bell"),
    ]
    rows = [row[1:] for row in rows if row[0]]
    # One place may lie within another: the inner one is where one is.
    current = max((url for _, url, _ in rows if request.path.startswith(url)), key=len, default="")
    return {
        "places": [
            {
                "label": label,
                "url": url,
                "icon": icon,
                "is_current": url == current,
                "count": user.unread_count if icon == "bell" else 0,
            }
            for label, url, icon in rows
        ]
    }
