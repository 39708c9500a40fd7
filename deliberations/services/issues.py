"""议题: raised, screened, merged, put on a meeting, and carried one level up where no agreement was found.

Lock order: the issues by pk.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Issue, IssueEvent
from grids.models import Community
from organizations.parameters import parameter
from volunteers.services.hours import publicity_end

Status, Level = Issue.Status, Issue.Level
RIGHT, ADD = "deliberations.change_issue", "deliberations.add_issue"
MERGEABLE = (Status.RAISED, Status.LISTED)


def lock(issue):
    rows = Issue.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("community", "quarter").get(pk=issue.pk)


def permit(issue, actor):
    if not Issue.objects.editable_by(actor).filter(pk=issue.pk).exists():
        raise PermissionDenied("您没有办理这个议题的权限。")


def stale(issue):
    """The error of somebody who acts on an old page: who did what, when."""
    event = issue.events.select_related("actor").last()
    who = str(event.actor or "有人") if event else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    words = f"这个议题已由{who}在{when}改为“{issue.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def demand(value, field, message):
    """The words without spaces around them; ValidationError beside `field` where they are owed and missing."""
    words = (value or "").strip()
    if not words:
        raise ValidationError({field: message}, code="required")
    return words


@transaction.atomic
def change_status(issue, to, **change):
    """The one door for whoever has locked nothing yet: `change` is what `move` takes. Returns the row as it now is."""
    return move(lock(issue), to, **change)


def move(issue, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `issue`; `columns` are written with the status. Already there: nothing
    happens.

    ValidationError(code="transition") when the table has no such edge; PermissionDenied without the right on the row.
    """
    permit(issue, actor)
    if issue.status == to:
        return issue
    if to not in Issue.TRANSITIONS[issue.status]:
        raise stale(issue)
    before, issue.status = issue.status, to
    for name, value in columns.items():
        setattr(issue, name, value)
    issue.save(update_fields=["status", *columns])
    append(issue, before, actor=actor, note=note, at=at)
    return issue


def append(issue, before="", *, actor, note="", at=None):
    event = IssueEvent.objects.create(
        issue=issue,
        from_status=before,
        to_status=issue.status,
        actor=actor,
        note=note[:200],
        at=at or timezone.now(),
    )
    tell_author(issue, event)
    return event


def tell_author(issue, event):
    from deliberations.tasks.issues import tell_author

    if issue.phone:
        tell_author.delay_on_commit(event.pk)


def screening_day(at):
    """The last day of screening, in working days after the day of `at`."""
    return publicity_end(timezone.localdate(at), parameter("issue_screen_days"))


@transaction.atomic
def raise_issue(
    *, community, title, text, raised_by, name="", phone="", quarter=None, notice=None, actor=None, at=None
):
    """提出议题. Of one quarter alone it begins there (小区), else in the community.

    `actor` None is a resident on the own phone, who leaves a phone; a member of staff needs the right here.
    ValidationError beside its field; PermissionDenied.
    """
    at = at or timezone.now()
    if actor is not None and not Community.objects.allowed(actor, ADD).filter(pk=community.pk).exists():
        raise PermissionDenied("您不能在这个社区提议题。")
    if actor is None and not (name.strip() and phone):
        raise ValidationError({"phone": "请留下姓名和手机号，好告诉您结果。"}, code="required")
    if quarter is not None and quarter.community_id != community.pk:
        raise ValidationError({"quarter": "这个小区不在所选的社区。"}, code="quarter")
    issue = Issue(
        community=community,
        quarter=quarter,
        title=title.strip(),
        text=text.strip(),
        raised_by=raised_by,
        name=name.strip(),
        phone=phone,
        notice=notice,
        level=Level.QUARTER if quarter else Level.COMMUNITY,
        raised_at=at,
        screen_by=screening_day(at),
    )
    issue.full_clean(exclude=[] if notice else ["notice"])
    issue.save()
    append(issue, actor=actor, at=at)
    return issue


@transaction.atomic
def list_issue(issue, *, actor, note="", at=None):
    """列入目录, for all to read; also once more at the same level after no agreement was found."""
    return move(lock(issue), Status.LISTED, actor=actor, note=note, at=at)


@transaction.atomic
def decline_issue(issue, *, reason, actor, at=None):
    """不列入, with the reason that its author is told."""
    reason = demand(reason, "reason", "请写明不列入的原因，提议人会看到。")
    return move(lock(issue), Status.DECLINED, actor=actor, note=reason, at=at, reason=reason)


@transaction.atomic
def merge_issues(target, *, others, actor, at=None):
    """合并: each of `others` into `target`; their authors are told where it goes on. Returns `target`.

    ValidationError(code="merge") for itself, another community's, or one that is past being merged.
    """
    keys = {target.pk, *(each.pk for each in others)}
    rows = Issue.objects.select_for_update(of=("self",), no_key=True).select_related("community").order_by("pk")
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    target = found.pop(target.pk)
    permit(target, actor)
    if not found:
        raise ValidationError({"others": "请选择要并进来的议题。"}, code="merge")
    if target.status not in (Status.RAISED, Status.LISTED, Status.SCHEDULED):
        raise stale(target)
    for row in found.values():
        if row.community_id != target.community_id:
            raise ValidationError({"others": f"“{row}”是别的社区的，不能合并。"}, code="merge")
        reason = f"并入“{target.title}”"
        if row.status == Status.MERGED and row.merged_into_id == target.pk:
            continue
        # Whatever had been merged into it follows: nobody is sent from page to page.
        Issue.objects.filter(merged_into=row).update(merged_into=target)
        move(row, Status.MERGED, actor=actor, note=reason, at=at, merged_into=target, reason=reason[:200])
    return target


@transaction.atomic
def schedule_issue(issue, *, hearing, actor, at=None):
    """排上会议. ValidationError beside `issues` where it is not listed any more."""
    issue = lock(issue)
    if issue.community_id != hearing.community_id:
        raise ValidationError({"issues": f"“{issue}”是别的社区的。"}, code="community")
    if issue.status not in (Status.LISTED, Status.SCHEDULED):
        words = f"“{issue}”现在是“{issue.get_status_display()}”，排不上会议。"
        raise ValidationError({"issues": words}, code="transition")
    return move(issue, Status.SCHEDULED, actor=actor, note=hearing.title, at=at)


@transaction.atomic
def unschedule_issue(issue, *, actor, note="", at=None):
    """Off the meeting again, back to the catalogue."""
    return move(lock(issue), Status.LISTED, actor=actor, note=note, at=at)


@transaction.atomic
def settle_issue(issue, *, actor, note="", at=None):
    """已形成结果, after its meeting."""
    return move(lock(issue), Status.SETTLED, actor=actor, note=note, at=at)


@transaction.atomic
def leave_issue_unsettled(issue, *, actor, note="", at=None):
    """未达成一致: it may go one level up, or on the table once more."""
    return move(lock(issue), Status.UNSETTLED, actor=actor, note=note, at=at)


@transaction.atomic
def escalate_issue(issue, *, actor, note="", at=None):
    """上一级协商: 小区 → 社区 → 街道. ValidationError(code="level") at the street."""
    issue = lock(issue)
    if issue.status != Status.UNSETTLED:
        raise stale(issue)
    if issue.level >= Level.STREET:
        raise ValidationError("已经是街道一级，没有更高的层级。", code="level")
    level = Level(issue.level + 1)
    words = f"提到{level.label}一级协商。{note}".strip()
    return move(issue, Status.LISTED, actor=actor, note=words, at=at, level=level)
