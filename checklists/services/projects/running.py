"""实施: started after its publicity, reported on, its milestones, money and pictures."""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.services import notify
from checklists.models import Evidence, Expense, Milestone, Project
from checklists.services.projects.door import demand, demand_status, lock_project, move, permit, record, write
from checklists.services.projects.planning import objections
from organizations.parameters import parameter

Status = Project.Status
RUNNING = (Status.PROPOSED, Status.PUBLICIZED, Status.IMPLEMENTING, Status.INSPECTING)
DOUBLE_CLICK = timedelta(seconds=10)


def spoken_day(day):
    return f"{day.year}年{day.month}月{day.day}日"


@transaction.atomic
def start(project, *, actor, note="", at=None):
    """启动实施, from the day after the last of its publicity; whoever objected was answered, and `note` says how."""
    today = timezone.localdate(at)
    project = lock_project(project)
    if project.status == Status.IMPLEMENTING:
        return project
    demand_status(project, Status.PUBLICIZED)
    if project.publicity_ends_on and today <= project.publicity_ends_on:
        raise ValidationError(
            f"公示到 {spoken_day(project.publicity_ends_on)} 为止，期满后才能启动实施。", code="publicity"
        )
    if project.unit_id is None:
        raise ValidationError("还没有牵头单位，请先选定揭榜单位或填写牵头单位。", code="unit")
    if objections(project).exists():
        demand(note, "note", "公示期间有人提了意见，请写明怎样处理的。")
    project = move(project, Status.IMPLEMENTING, actor=actor, note=note, at=at, is_open_to_bids=False)
    tell_lead(project, f"项目“{project.name}”公示期满，可以开始实施。", but=actor)
    return project


def tell_lead(project, text, *, but=None):
    """A line to the liaison of the lead unit, unless it was their own act."""
    if project.unit_id and project.unit.liaison and project.unit.liaison != but:
        notify([project.unit.liaison], text=text[:200], link=f"/desk/projects/{project.pk}/")


@transaction.atomic
def report_progress(project, *, actor, progress, note="", photos=(), are_public=False, at=None):
    """How far it is, 0 to 100, by staff or the lead unit; what is lowered needs a note. Said twice, it is kept once."""
    project = lock_project(project)
    permit(project, actor, lead_may=True)
    demand_status(project, Status.IMPLEMENTING)
    if not 0 <= progress <= 100:
        raise ValidationError({"progress": "进度填 0 到 100 的整数。"}, code="progress")
    if progress < project.progress:
        demand(note, "note", f"进度从 {project.progress} 调低到 {progress}，请写明原因。")
    last = project.events.last()
    is_repeat = progress == project.progress and note == (last.note if last.from_status == last.to_status else "")
    if is_repeat and not photos:
        return project
    write(project, progress=progress)
    record(project, actor=actor, note=note, at=at)
    if photos:
        _attach(project, photos, stage=Evidence.Stage.DURING, are_public=are_public)
    return project


# --- Milestones -------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_milestone(project, *, actor, name, starts_on, due_on, at=None):
    project = lock_project(project)
    permit(project, actor)
    demand_status(project, *RUNNING)
    milestone = Milestone(project=project, name=name, starts_on=starts_on, due_on=due_on)
    milestone.full_clean()
    milestone.save()
    record(project, actor=actor, note=f"增加节点：{name}", at=at)
    return milestone


@transaction.atomic
def finish_milestone(milestone, *, actor, at=None):
    """A step is done, today; by staff or the lead unit."""
    project = lock_project(milestone.project)
    permit(project, actor, lead_may=True)
    milestone = Milestone.objects.select_for_update(of=("self",)).get(pk=milestone.pk)
    if milestone.done_on is not None:
        return milestone
    demand_status(project, Status.IMPLEMENTING, Status.INSPECTING)
    milestone.done_on = timezone.localdate(at)
    milestone.save(update_fields=["done_on"])
    record(project, actor=actor, note=f"完成节点：{milestone.name}", at=at)
    return milestone


@transaction.atomic
def remove_milestone(milestone, *, actor, at=None):
    """One that was planned by mistake, and is not done."""
    project = lock_project(milestone.project)
    permit(project, actor)
    demand_status(project, *RUNNING)
    if not Milestone.objects.filter(pk=milestone.pk, done_on=None).exists():
        raise ValidationError(f"节点“{milestone.name}”已完成或已删除，不能再删。", code="done")
    record(project, actor=actor, note=f"删除节点：{milestone.name}", at=at)
    milestone.delete()


# --- Money ------------------------------------------------------------------------------------------------------------
@transaction.atomic
def record_expense(project, *, actor, amount, purpose, spent_on=None, at=None):
    """One payment in yuan, or the correction of one as a row with the opposite sign; all rows never sum below zero.

    More than the budget is recorded all the same: what was spent was spent, and the page says so in red.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    project = lock_project(project)
    permit(project, actor)
    demand_status(project, Status.IMPLEMENTING, Status.INSPECTING)
    row = Expense(project=project, amount=amount, purpose=purpose, spent_on=spent_on or today, recorded_by=actor)
    row.full_clean()
    if row.spent_on > today:
        raise ValidationError({"spent_on": "支出日期不能晚于今天。"}, code="spent_on")
    total = spent(project)
    if total + row.amount < 0:
        raise ValidationError({"amount": f"累计支出 {total} 元，冲正不能超过这个数。"}, code="amount")
    twice = project.expenses.filter(
        amount=row.amount, purpose=purpose, spent_on=row.spent_on, recorded_by=actor, recorded_at__gt=at - DOUBLE_CLICK
    ).first()
    if twice is not None:
        return twice
    row.save()
    record(project, actor=actor, note=f"登记支出 {row.amount} 元：{purpose}", at=at)
    return row


def spent(project):
    """All of its expenses together, in yuan."""
    return (project.expenses.aggregate(total=Sum("amount"))["total"] or Decimal()).quantize(Decimal("0.01"))


# --- Pictures ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def add_evidence(project, *, actor, photos, stage, caption="", are_public=False, at=None):
    """佐证: pictures that `clean_photo` returned, of one stage; `are_public` says that everybody in them agreed."""
    project = lock_project(project)
    permit(project, actor, lead_may=True)
    demand_status(project, *RUNNING)
    demand(photos, "photos", "请选择照片。")
    rows = _attach(project, photos, stage=stage, caption=caption, are_public=are_public)
    record(project, actor=actor, note=f"上传{Evidence.Stage(stage).label}照片 {len(rows)} 张", at=at)
    return rows


def _attach(project, photos, *, stage, are_public, caption=""):
    limit, held = int(parameter("project_evidence_max_count")), project.evidence.count()
    if held + len(photos) > limit:
        raise ValidationError(
            {"photos": f"每个项目最多 {limit} 张照片，已有 {held} 张，还能传 {max(limit - held, 0)} 张。"}, code="count"
        )
    rows = []
    for photo in photos:
        row = Evidence(project=project, stage=stage, caption=caption, is_public=are_public)
        row.image.save(photo.name, photo, save=True)
        rows.append(row)
    return rows


@transaction.atomic
def remove_evidence(evidence, *, actor, at=None):
    """A picture that should not be seen: the row and, once that is sure, its file."""
    project = lock_project(evidence.project)
    permit(project, actor)
    if not Evidence.objects.filter(pk=evidence.pk).exists():
        return
    image = evidence.image
    record(project, actor=actor, note=f"删除{evidence.get_stage_display()}照片", at=at)
    evidence.delete()
    transaction.on_commit(lambda: image.storage.delete(image.name))
