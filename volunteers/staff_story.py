"""What staff read about one volunteer."""

from django.utils import timezone

from govern.dates import whole_years
from volunteers.models import Correction
from volunteers.services.hours import totals_of
from volunteers.services.leaving import GONE
from volunteers.words import hours

TONES = {Correction.Status.ASKED: "warn", Correction.Status.CORRECTED: "ok", Correction.Status.REFUSED: "plain"}
LINES = 10
# label, encrypted field: shown masked, in full by a click that is written down.
PERSONAL = [
    ("姓名", "name"),
    ("手机号", "phone"),
    ("身份证号", "identity_number"),
    ("监护人", "guardian_name"),
    ("监护人手机号", "guardian_phone"),
]


def facts(volunteer):
    """[(what, words)] that need no click."""
    born = volunteer.born_on
    rows = [
        ("身份", volunteer.get_kind_display() + ("（机关）" if volunteer.is_from_office else "")),
        ("出生", born and f"{born:%Y-%m-%d}（{whole_years(born, timezone.localdate())} 岁）"),
        ("居住地", volunteer.building or volunteer.community),
        ("工作单位", volunteer.unit or volunteer.employer),
        ("党员名册", volunteer.member and "已关联"),
        ("服务技能", "、".join(map(str, volunteer.skills.all()))),
        ("服务时间", volunteer.get_times_display() or "任何时间"),
        ("感兴趣的岗位", "、".join(map(str, volunteer.interests.all()))),
        ("保险", volunteer.insured_until and f"{volunteer.insured_until:%Y-%m-%d} 止"),
        ("光荣榜", "同意显示姓名" if volunteer.is_honoured else "不显示姓名"),
        ("注册", f"{timezone.localtime(volunteer.registered_at):%Y-%m-%d}"),
        ("隐私告知书", f"{volunteer.notice.version} 版{'' if volunteer.has_confirmed else '，等本人确认'}"),
        ("手机登录", "用过" if volunteer.user else "还没有"),
        ("注销", volunteer.left_on and f"{volunteer.left_on:%Y-%m-%d}，{volunteer.leaving_reason}"),
    ]
    return [(label, value) for label, value in rows if value]


def volunteer_page(volunteer):
    totals = totals_of(volunteer)
    return {
        "personal": [
            (label, name, getattr(volunteer, f"masked_{name}"))
            for label, name in PERSONAL
            if getattr(volunteer, name) and volunteer.name != GONE
        ],
        "facts": facts(volunteer),
        "duty_hours": hours(totals.duty_minutes),
        "voluntary_hours": hours(totals.voluntary_minutes),
        "points": totals.points,
        "star": volunteer.stars.awarded().order_by("-level").first(),
        "reports": list(volunteer.reports.select_related("community")),
        "holdings": list(volunteer.holdings.select_related("position__community")[:LINES]),
        "memberships": list(volunteer.memberships.joined().select_related("team")),
        "signups": list(volunteer.signups.select_related("session").order_by("-session__starts_at")[:LINES]),
        "corrections": [(row, TONES[row.status]) for row in volunteer.corrections.all()[:LINES]],
    }
