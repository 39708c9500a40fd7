"""What the staff's page of a project shows, as plain values for the partials."""

from django.urls import reverse

from checklists import project_words
from checklists.changes import changes_of
from checklists.forms.bids import ChooseBid, OpenBidding
from checklists.forms.project_steps import (
    AddEvidence,
    AddMilestone,
    FailInspection,
    FinishMilestone,
    PassInspection,
    Publicize,
    RecordExpense,
    RecordObjection,
    RemoveEvidence,
    RemoveMilestone,
    ReportProgress,
    Start,
    Stop,
    SubmitForInspection,
    WithdrawPublicity,
)
from checklists.linking import links_of
from checklists.models import Bid, Evidence, Need, Project, Resource
from checklists.services import projects
from checklists.services.appraisals import tally

STEPS = (
    Publicize,
    Start,
    SubmitForInspection,
    ReportProgress,
    PassInspection,
    OpenBidding,
    RecordObjection,
    WithdrawPublicity,
    FailInspection,
    Stop,
    AddMilestone,
    FinishMilestone,
    RemoveMilestone,
    RecordExpense,
    AddEvidence,
    RemoveEvidence,
    ChooseBid,
)
DEEDS = {
    "proposed": "撤回公示",
    "publicized": "开始公示",
    "implementing": "启动实施",
    "inspecting": "提交验收",
    "closed": "验收通过，销号",
    "stopped": "终止",
}


def steps_of(project, user, bound=None):
    """{verb: form} of what may be done now; the `bound` one as it came back, with its errors."""
    offered = [step for step in STEPS if step.is_offered(project)]
    forms = {
        step.verb: bound if isinstance(bound, step) else step(subject=project, user=user)
        for step in offered
        if not isinstance(bound, step)
    }
    return {bound.verb: bound, **forms} if bound is not None else forms


def timeline(project, events):
    """(the main steps, the whole record): small acts of the work itself stand in the record alone."""
    steps, main, progress = [], [], 0
    for event in events:
        title, _, note = event.note.partition("：")
        is_main = event.from_status != event.to_status or event.from_status in ("proposed", "publicized")
        if event.from_status != event.to_status:
            title, note = DEEDS[event.to_status], event.note
            if not event.from_status:
                title, note = "立项", ""
            elif (event.from_status, event.to_status) == ("inspecting", "implementing"):
                title = "退回整改"
        elif event.progress != progress:
            is_main, title, note = True, f"进度 {event.progress}%", event.note
        progress = event.progress
        steps.append({"at": event.at, "title": title, "note": note, "who": str(event.actor or "系统"), "state": "done"})
        if is_main:
            main.append(dict(steps[-1]))
    if main and project.status not in ("closed", "stopped"):
        main[-1]["state"] = "now"
    return main, steps


def progress_history(events):
    """The reports that moved the progress, oldest first: [{at, progress, note}]."""
    history, last = [], 0
    for event in events:
        if event.progress != last:
            history.append({"at": event.at, "progress": event.progress, "note": event.note})
            last = event.progress
    return history


def albums(project, url_name):
    """[(words of the stage, [{photo, url, alt}])] of the stages that have pictures."""
    rows = list(project.evidence.all())
    return [
        (
            stage.label,
            [
                {
                    "row": row,
                    "url": reverse(url_name, args=[row.pk]),
                    "alt": f"{row.caption or f'{stage.label}的照片'}，{_shown(row)}，点开看大图",
                    "word": _shown(row),
                }
                for row in rows
                if row.stage == stage
            ],
        )
        for stage in Evidence.Stage
        if any(row.stage == stage for row in rows)
    ]


def _shown(photo):
    return "已公开" if photo.is_public else "不公开"


def story(project, user, *, can_change, bound=None):
    """The whole page's context; `bound` is a step that came back with errors."""
    is_over = project.status in (Project.Status.CLOSED, Project.Status.STOPPED)
    events = list(project.events.select_related("actor").order_by("at", "pk"))
    milestones = list(project.milestones.all())
    steps = steps_of(project, user, bound) if can_change else {}
    nexts = [step for step in steps.values() if step.panel == "next"]
    bids = project_words.priced(Bid.objects.visible_to(user).filter(project=project).select_related("unit"))
    expenses = list(project.expenses.select_related("recorded_by"))
    for row in expenses:
        row.words = project_words.yuan(row.amount)
    main, record = timeline(project, events)
    return {
        "project": project,
        "short_number": project_words.short_number(project),
        "badge": project_words.badge(project),
        "deadline": project_words.deadline(project),
        "publicity": project_words.publicity(project),
        "gantt": project_words.gantt_of(project, milestones),
        "money": project_words.money(project.budget, projects.spent(project)),
        "expenses": expenses,
        "history": progress_history(events),
        "timeline": main,
        "record": record,
        "needs": Need.objects.visible_to(user).filter(projects=project).select_related("category"),
        "resources": Resource.objects.visible_to(user).filter(projects=project).select_related("unit"),
        "joint_units": project.joint_units.all(),
        "bids": bids,
        "albums": albums(project, "admin:checklists_project_photo"),
        "appraisals": project.appraisals.order_by("-appraised_at", "-pk")[:20],
        "tally": tally(project),
        "objections": projects.objections(project).count(),
        "by_verb": {verb.replace("-", "_"): step for verb, step in steps.items()},
        "main_steps": [step for step in nexts if not step.is_quiet],
        "more_steps": [step for step in nexts if step.is_quiet],
        "can_edit": can_change and not is_over,
        "is_over": is_over,
        "links": links_of(project, user),
        "changes": changes_of(project, user),
    }
