"""验收 and 销号: what came of it is shown, judged by the community, and the needs behind it end with it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.services import notify
from checklists.models import Claim, Dispatch, Evidence, Need, Project
from checklists.services import needs as needs_verbs
from checklists.services.needs import staff_of
from checklists.services.projects.door import change_status, demand, demand_status, lock_project, move
from checklists.services.projects.running import tell_lead

Status = Project.Status


@transaction.atomic
def submit_for_inspection(project, *, actor, outcome, beneficiaries, at=None):
    """提交验收, by staff or the lead unit: all is done, a picture shows it, and words say what came of it."""
    project = lock_project(project)
    if project.status == Status.INSPECTING:
        return project
    if project.progress < 100:
        raise ValidationError(f"进度是 {project.progress}%，到 100% 才能提交验收。", code="progress")
    if not project.evidence.filter(stage=Evidence.Stage.AFTER).exists():
        raise ValidationError("请先上传至少一张“完成后”的照片。", code="evidence")
    demand(outcome, "outcome", "请写明成效：解决了什么，居民能看到什么变化。")
    demand(beneficiaries, "beneficiaries", "请填写受益人数。")
    project = move(
        project,
        Status.INSPECTING,
        actor=actor,
        note=f"受益 {beneficiaries} 人",
        at=at,
        outcome=outcome,
        beneficiaries=beneficiaries,
    )
    others = staff_of(project.community).exclude(pk=actor.pk)
    notify(others, text=f"项目“{project.name}”提交验收", link=f"/admin/checklists/project/{project.pk}/change/")
    return project


def endable_needs(project, user):
    """The project's needs that `user` may end together with it: waiting or in service, in nobody else's hands."""
    held = Dispatch.objects.open().filter(need=OuterRef("pk"))
    claimed = Claim.objects.active().filter(need=OuterRef("pk"))
    return (
        Need.objects.editable_by(user)
        .filter(projects=project, status__in=[Need.Status.ACCEPTED, Need.Status.IN_SERVICE])
        .exclude(Exists(held) | Exists(claimed))
        .select_related("category", "community")
    )


@transaction.atomic
def pass_inspection(project, *, actor, note="", needs=(), at=None):
    """验收通过, which is 销号. The `needs` given are finished along by their own verbs, with the outcome in words.

    One that has moved on meanwhile stops all of it, with who moved it and when.
    """
    project = lock_project(project)
    if project.status == Status.CLOSED:
        return project
    project = move(project, Status.CLOSED, actor=actor, note=note, at=at)
    for need in sorted(needs, key=lambda each: each.pk):
        if need.status == Need.Status.ACCEPTED:
            needs_verbs.start_own_service(need, actor=actor, note=f"并入项目“{project.name}”办理", at=at)
        needs_verbs.finish(need, actor=actor, note=f"项目“{project.name}”已完成。{project.outcome}"[:500], at=at)
    tell_lead(project, f"项目“{project.name}”验收通过，已销号。", but=actor)
    return project


@transaction.atomic
def fail_inspection(project, *, actor, reason, at=None):
    """验收不通过: back to work, and the lead unit reads why."""
    demand(reason, "reason", "请写明哪里不合格、要怎样改。")
    project = lock_project(project)
    demand_status(project, Status.INSPECTING)
    project = move(project, Status.IMPLEMENTING, actor=actor, note=f"验收不通过：{reason}", at=at)
    tell_lead(project, f"项目“{project.name}”验收不通过：{reason}", but=actor)
    return project


@transaction.atomic
def stop(project, *, actor, reason, at=None):
    """终止, for a reason that stays on the list; whoever had applied to lead it is told."""
    from checklists.services.bids import decline_standing

    demand(reason, "reason", "请写明终止的原因。")
    project = change_status(project, Status.STOPPED, actor=actor, note=reason, at=at)
    decline_standing(project, reason="项目已终止。", at=at)
    tell_lead(project, f"项目“{project.name}”已终止：{reason}", but=actor)
    return project
