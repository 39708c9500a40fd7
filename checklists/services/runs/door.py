"""The one door of a run, and who may ask for one. A worker carries a run on; the row says how far it came."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from checklists.models import NeedEvent, Run
from checklists.services.matching import WEIGHTS, weight_settings
from grids.models import District
from organizations.parameters import parameter

Status = Run.Status
ATTEMPTS = 3


class Overtaken(Exception):
    """Another worker has taken the run on meanwhile: what this one found is dropped."""


@transaction.atomic
def start_run(district, *, actor, is_trial=False, weights=None, epsilon=None, at=None):
    """Queue a matching of all unconfirmed needs of `district`; `actor` is a User or Party.SYSTEM.

    `weights` {part: points} are for a trial only. Asking twice for the same trial gives the same run. ValidationError:
    one is running already, or the weights make no sense; PermissionDenied without the right to start one here.
    """
    from checklists.tasks import run_matching

    at = at or timezone.now()
    if actor != NeedEvent.Party.SYSTEM and not Run.objects.districts_of(actor).filter(pk=district.pk).exists():
        raise PermissionDenied("您没有发起统筹匹配的权限。")
    if weights is not None and not is_trial:
        raise ValidationError("换了权重只能先试算。", code="weights")
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    run = Run(
        district=district,
        is_trial=is_trial,
        started_by=actor if isinstance(actor, User) else None,
        settings=settings_with(weights, timezone.localdate(at)),
        epsilon=int(epsilon or parameter("match_epsilon")),
        queued_at=at,
    )
    if is_trial:
        same = Run.objects.unfinished().filter(district=district, is_trial=True, started_by=run.started_by)
        if twin := same.filter(settings=run.settings, epsilon=run.epsilon).first():
            return twin
    run.validate_constraints()
    run.save()
    run_matching.delay_on_commit(run.pk)
    return run


def settings_with(weights, on):
    """The settings in force on the date `on`, with `weights` {part: points} in place of theirs."""
    settings = {**weight_settings(on), "on": on.isoformat()}
    if weights is None:
        return settings
    if set(weights) != set(WEIGHTS) or min(weights.values()) < 0 or not sum(weights.values()):
        raise ValidationError("五项权重都要填，不能为负，也不能全为 0。", code="weights")
    return {**settings, "weights": {name: float(weights[name]) for name in WEIGHTS}}


@transaction.atomic
def change_status(run, to, *, attempt=None, **columns):
    """The one door: `columns` are written with the status. Already there: nothing happens.

    A worker says which `attempt` it is at: Overtaken when the run is no longer in its hands. ValidationError
    (code "transition") when the table has no such edge. Returns the run as it now is.
    """
    run = Run.objects.select_for_update(no_key=True, of=("self",)).select_related("district").get(pk=run.pk)
    if attempt is not None and (run.status, run.attempts) != (Status.RUNNING, attempt):
        raise Overtaken
    if run.status == to:
        return run
    if to not in run.next_statuses:
        raise ValidationError(f"这次统筹{run.get_status_display()}，不能再操作。", code="transition")
    run.status = to
    for name, value in columns.items():
        setattr(run, name, value)
    run.save(update_fields=["status", *columns])
    return run


@transaction.atomic
def claim(run, *, at):
    """The run, now this worker's, or None where somebody was quicker."""
    waiting = Run.objects.select_for_update(no_key=True).filter(pk=run.pk, status=Status.QUEUED).first()
    if waiting is None:
        return None
    return change_status(run, Status.RUNNING, started_at=at, attempts=waiting.attempts + 1, error="")


def put_back(run, *, at=None):
    """The attempt of `run` came to nothing: queued again for the sweep, or given up after three."""
    if run.attempts < ATTEMPTS:
        return change_status(
            run, Status.QUEUED, attempt=run.attempts, error=f"第 {run.attempts} 次没有算完，系统会重新计算。"
        )
    error = f"连续 {run.attempts} 次没有算完，请系统管理员查看运行日志。"
    return change_status(run, Status.FAILED, attempt=run.attempts, error=error, finished_at=at or timezone.now())


def hold(run):
    """Lock the row of `run`; Overtaken unless it is still in the hands of this attempt."""
    rows = Run.objects.select_for_update(no_key=True).filter(status=Status.RUNNING, attempts=run.attempts)
    if not rows.filter(pk=run.pk):
        raise Overtaken
