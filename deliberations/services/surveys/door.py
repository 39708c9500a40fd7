"""The one door through which a survey's status changes, with its lock, its right and its trail.

Lock order: the survey, its tickets.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Survey
from deliberations.services.surveys.mixing import forget_answerers

Status = Survey.Status


def lock(survey, actor=None):
    """The row as it now is, for the rest of the transaction; with `actor`, PermissionDenied out of reach."""
    rows = Survey.objects.select_for_update(of=("self",), no_key=True).select_related("community", "hearing")
    survey = rows.get(pk=survey.pk)
    if actor is not None:
        permit(survey, actor)
    return survey


def permit(survey, actor):
    if not Survey.objects.editable_by(actor).filter(pk=survey.pk).exists():
        raise PermissionDenied("您没有办理这次评议的权限。")


def stale(survey):
    words = f"这次评议现在是“{survey.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def demand(survey, *statuses):
    """ValidationError(code="transition") unless the locked `survey` is in one of `statuses`."""
    if survey.status not in statuses:
        raise stale(survey)


def move(survey, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `survey`. Already there: nothing happens.

    `actor` is None for what the date does. ValidationError(code="transition") where there is no such edge.
    """
    if survey.status == to:
        return survey
    if to not in Survey.TRANSITIONS[survey.status]:
        raise stale(survey)
    before, survey.status = survey.status, to
    for name, value in columns.items():
        setattr(survey, name, value)
    survey.save(update_fields=["status", *columns])
    if to == Status.CLOSED:
        forget_answerers(survey)
    survey.events.create(from_status=before, to_status=to, actor=actor, note=note, at=at or timezone.now())
    return survey


@transaction.atomic
def change_status(survey, to, *, actor, note="", at=None):
    """The one door for whoever has locked nothing yet."""
    return move(lock(survey, actor), to, actor=actor, note=note, at=at)
