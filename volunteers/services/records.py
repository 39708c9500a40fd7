"""服务记录 in its five parts (志愿服务记录与证明出具办法): 个人基本信息, 服务情况, 培训情况, 表彰奖励, 评价情况."""

from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Avg, Count

from grids.models import Community
from volunteers.models import HourEntry, Ledger, Session, Signup
from volunteers.services.session_door import leads

# What the civil-affairs system takes, with the columns' widths in characters.
COLUMNS = {
    "志愿者编号": 16,
    "姓名": 10,
    "证件类型": 14,
    "证件号码": 20,
    "联系电话": 13,
    "项目名称": 24,
    "服务日期": 12,
    "时长(小时)": 10,
    "服务内容": 30,
    "服务地点": 20,
    "记录单位": 20,
    "记录人": 10,
}
MOST_ROWS = 20_000


# --- 评价 -------------------------------------------------------------------------------------------------------------
def may_rate(actor, session):
    """The session's leader, or staff of its community."""
    if leads(session, actor):
        return True
    return Session.objects.allowed(actor, "volunteers.change_signup").filter(pk=session.pk).exists()


@transaction.atomic
def rate_service(signup, *, score, comment="", actor):
    """评价 of one service of somebody who came, 1 to 5 with words; nobody rates the own."""
    if not may_rate(actor, signup.session):
        raise PermissionDenied("只有领队和社区工作人员可以评价。")
    signup = Signup.objects.select_for_update(of=("self",)).select_related("volunteer").get(pk=signup.pk)
    if signup.volunteer.user_id == actor.pk:
        raise ValidationError("不能评价自己的服务。", code="own")
    if signup.status != Signup.Status.ATTENDED:
        raise ValidationError("没有参加的服务不评价。", code="status")
    if not 1 <= score <= 5:
        raise ValidationError({"score": "请选 1 到 5 分。"}, code="range")
    signup.score, signup.comment = score, comment.strip()[:200]
    signup.save(update_fields=["score", "comment"])
    return signup


# --- The five parts ---------------------------------------------------------------------------------------------------
def services_of(volunteer):
    """Every service with what was scheduled, what was served and what was confirmed; the latest first."""
    rows = volunteer.signups.filter(status=Signup.Status.ATTENDED).order_by("-session__starts_at", "-pk")
    return rows.select_related("session__community")


def post_hours_of(volunteer):
    """The hours of posts, which have no session."""
    rows = volunteer.hour_entries.standing().filter(signup=None)
    return rows.select_related("community").order_by("-served_on", "-pk")


def rating_of(volunteer):
    """{"mean": 1 to 5 or None, "count": how many services were rated}."""
    return volunteer.signups.filter(score__isnull=False).aggregate(mean=Avg("score"), count=Count("pk"))


# --- To the civil-affairs system --------------------------------------------------------------------------------------
def export_rows(community, *, starts_on, ends_on, actor, remote_addr=None):
    """[[cell]] under COLUMNS: voluntary hours that count, with names and identity numbers in full, and the trail of who
    took them out.

    PermissionDenied without the right to open personal data; ValidationError for more than MOST_ROWS.
    """
    within = Community.objects.allowed(actor, "volunteers.add_hourentry").filter(pk=community.pk).exists()
    if not within or not actor.has_perm("accounts.reveal_personal"):
        raise PermissionDenied("您没有导出完整记录的权限。")
    rows = HourEntry.objects.filter(community=community, ledger=Ledger.VOLUNTARY, served_on__range=(starts_on, ends_on))
    rows = rows.counting().standing().select_related("volunteer", "signup__session", "entered_by", "community")
    rows = list(rows.order_by("served_on", "pk")[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        raise ValidationError({"ends_on": f"这段时间超过 {MOST_ROWS} 条，请分几次导出。"}, code="many")
    LogEntry.objects.log_create(
        community,
        force_log=True,
        action=LogEntry.Action.ACCESS,
        changes={},
        actor=actor,
        remote_addr=remote_addr,
        additional_data={
            "export": "服务时长（民政格式）",
            "from": f"{starts_on}",
            "to": f"{ends_on}",
            "rows": len(rows),
        },
    )
    return [_cells(entry) for entry in rows]


def _cells(entry):
    volunteer, session = entry.volunteer, entry.signup.session if entry.signup else None
    return [
        volunteer.code,
        volunteer.name,
        "居民身份证" if volunteer.identity_number else "",
        volunteer.identity_number,
        volunteer.phone,
        entry.words,
        entry.served_on,
        round(entry.minutes / 60, 2),
        (session.text if session else "") or entry.words,
        session.place if session else "",
        str(entry.community),
        str(entry.entered_by or ""),
    ]
