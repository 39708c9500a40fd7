"""立项 and 公示: what is to be done, for whom, with what money, and the days in which anybody may object."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Model, TextField
from django.db.models.functions import Length
from django.utils import timezone

from checklists.models import Bid, Project
from checklists.services.projects.door import (
    change_status,
    demand,
    demand_status,
    lock_project,
    move,
    permit,
    record,
    write,
)
from grids.models import Community
from organizations.parameters import parameter

Status = Project.Status
FACTS = ("name", "goal", "unit", "leader", "budget", "starts_on", "due_on", "beneficiaries")
LINKS = ("needs", "resources", "joint_units")
PUBLICIZED = ("name", "goal", "budget", "unit")
OBJECTION = "公示意见："
REPEATED = "本社区已有同名的在办项目，请核对是不是重复立项，或换个名称。"


@transaction.atomic
def propose_project(project, *, actor, needs=(), resources=(), joint_units=(), at=None):
    """立项: save an unsaved `project` with its number, its links and its first event.

    The number is 社区代码-年份-三位序号; the community's row is locked while the next one is taken. ValidationError for
    needs of another community, and for a second running project of the same name.
    """
    at = at or timezone.now()
    if not Community.objects.allowed(actor, "checklists.add_project").filter(pk=project.community_id).exists():
        raise PermissionDenied("您没有在这个社区立项的权限。")
    _demand_of_community(project, needs)
    community = Community.objects.select_for_update(no_key=True).get(pk=project.community_id)
    if is_repeat(project):  # asked after the lock: of two clicks the second finds what the first one made
        raise ValidationError({"name": REPEATED}, code="name")
    project.number = _next_number(community.code, timezone.localdate(at).year)
    project.full_clean()
    project.save()
    for name, rows in zip(LINKS, (needs, resources, joint_units), strict=True):
        if rows:
            getattr(project, name).set(rows)
    record(project, actor=actor, note="立项", at=at, before="")
    return project


def is_repeat(project):
    """Whether its community has a running project of that name already."""
    return Project.objects.running().filter(community=project.community_id, name=project.name).exists()


def _next_number(code, year):
    prefix = f"{code}-{year}-"
    numbers = Project.objects.filter(number__startswith=prefix).order_by(Length("number").desc(), F("number").desc())
    last = numbers.values_list("number", flat=True).first()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:03}"


def _demand_of_community(project, needs):
    if any(need.community_id != project.community_id for need in needs):
        raise ValidationError({"needs": "只能选本社区的需求。"}, code="needs")


def refusals(project, fields):
    """{field: words} of what may not be written into `project` now; `fields` are new values by name.

    While it is publicized, what was posted stands; the lead unit may still be added where none was named.
    """
    words = {}
    for name in PUBLICIZED:
        held = getattr(project, name)
        if project.status == Status.PUBLICIZED and name in fields and held and fields[name] != held:
            words[name] = "公示期间不能改这一项。确要改，请先撤回公示，改好后重新公示。"
    if fields.get("unit") and fields["unit"] != project.unit and _standing(project).exists():
        words["unit"] = "已有单位揭榜，请从揭榜单位里选定。"
    return words


def _standing(project):
    return project.bids.filter(status=Bid.Status.SUBMITTED)


@transaction.atomic
def change_project(project, *, actor, at=None, **fields):
    """Change the FACTS and LINKS given by name; the event says what was. ValidationError as `refusals` tells."""
    project = lock_project(project)
    permit(project, actor)
    demand_status(project, Status.PROPOSED, Status.PUBLICIZED, Status.IMPLEMENTING, Status.INSPECTING)
    if words := refusals(project, fields):
        raise ValidationError(words)
    _demand_of_community(project, fields.get("needs", ()))
    changes = [change for name in fields if (change := _change(project, name, fields[name]))]
    if not changes:
        return project
    project.full_clean(exclude=["number"])
    columns = {name: fields[name] for name in FACTS if name in fields}
    if columns.get("unit"):
        columns["is_open_to_bids"] = False
    write(project, **columns)
    record(project, actor=actor, note="更正信息：" + "；".join(changes), at=at)
    return project


def _change(project, name, value):
    """Set one field; the words of the change, or "" where it is the same."""
    field = project._meta.get_field(name)
    if name in LINKS:
        before, after = set(getattr(project, name).values_list("pk", flat=True)), {row.pk for row in value}
        if before == after:
            return ""
        getattr(project, name).set(value)
        return f"{field.verbose_name}：{len(before)} 个 → {len(after)} 个"
    before = getattr(project, name)
    if before == value:
        return ""
    setattr(project, name, value)
    if isinstance(field, TextField):
        return f"改写{field.verbose_name}"
    return f"{field.verbose_name}：{_spoken(before)} → {_spoken(value)}"


def _spoken(value):
    if value in (None, ""):
        return "无"
    return str(value) if isinstance(value, Model | date) else f"{value}"


@transaction.atomic
def publicize(project, *, actor, note="", at=None):
    """公示: what is wanted, the money and who leads it, open to objections from now until the set number of days on."""
    today = timezone.localdate(at)
    project = lock_project(project)
    if project.status == Status.PUBLICIZED:
        return project
    demand(project.goal, "goal", "公示前请写明要解决的问题。")
    if project.unit_id is None and not project.is_open_to_bids:
        raise ValidationError("公示前请填写牵头单位，或先开放揭榜。", code="unit")
    ends_on = today + timedelta(days=int(parameter("project_publicity_days")))
    return move(project, Status.PUBLICIZED, actor=actor, note=note, at=at, publicity_ends_on=ends_on)


def withdraw_publicity(project, *, actor, reason, at=None):
    """Back to 立项, to change what was posted; it is publicized anew afterwards, for the whole time."""
    demand(reason, "reason", "请写明撤回公示的原因。")
    return change_status(project, Status.PROPOSED, actor=actor, note=reason, at=at)


@transaction.atomic
def record_objection(project, *, actor, note, at=None):
    """What somebody said against it while it is publicized; to start, staff must say how it was answered."""
    demand(note, "note", "请写下意见的内容，不写提意见人的姓名和电话。")
    project = lock_project(project)
    permit(project, actor)
    demand_status(project, Status.PUBLICIZED)
    return record(project, actor=actor, note=f"{OBJECTION}{note}", at=at)


def objections(project):
    """The events of what was said against it."""
    return project.events.filter(from_status=Status.PUBLICIZED, to_status=Status.PUBLICIZED, note__startswith=OBJECTION)
