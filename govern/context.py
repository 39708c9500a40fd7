from django.urls import reverse

LARGE_TYPE_COOKIE = "large_type"


def reading(request):
    """How this reader wants the page: `large_type` is the 适老化 mode, chosen in one tap and kept in a cookie."""
    return {"large_type": request.COOKIES.get(LARGE_TYPE_COOKIE) == "1"}


def places(request):
    """Where a signed-in person may go: the rows of the navigation bar."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    rows = [
        (user.is_staff, "工作台", reverse("admin:index"), "list-check"),
        (
            user.has_perm("checklists.view_dispatch") or not user.is_staff,
            "我的工作",
            reverse("desk:home"),
            "clipboard-check",
        ),
        (user.has_perm("checklists.supervise_need"), "督导看板", reverse("dashboards:home"), "dashboard"),
        (True, "消息", reverse("accounts:notification_list"), "bell"),
    ]
    return {
        "places": [
            {
                "label": label,
                "url": url,
                "icon": icon,
                "is_current": request.path.startswith(url),
                "count": user.unread_count if icon == "bell" else 0,
            }
            for is_open, label, url, icon in rows
            if is_open
        ]
    }
