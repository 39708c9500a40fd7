"""集结: a team is called together, answers by one tap, and whoever called sees the answers as they come."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from accounts import channels
from accounts.services import notify
from volunteers.models import Membership, Muster, MusterAnswer, Team
from volunteers.services.people import account_of, check_acting
from volunteers.services.team_door import may_lead

Answer = MusterAnswer.Answer


@dataclass(frozen=True)
class Tally:
    coming: int
    late: int
    unable: int
    silent: int

    @property
    def expected(self):
        """How many come in the end."""
        return self.coming + self.late


def tally(muster):
    """The answers of those who are in the team now, and how many of them have said nothing."""
    members = muster.team.memberships.joined()
    rows = muster.answers.filter(volunteer__in=members.values("volunteer"))
    counts = dict(rows.order_by().values_list("answer").annotate(Count("pk")))
    said = {answer.value: counts.get(answer.value, 0) for answer in Answer}
    return Tally(**said, silent=members.count() - sum(said.values()))


@transaction.atomic
def call_muster(team, *, text, place, meet_at, wanted_count, actor, at=None):
    """Call everybody of the team: a line in the inbox of each. The same call again, by a second tap, is the first one.

    ValidationError while another muster of the team is running (`running`), and for a time that has passed (`past`).
    """
    at = at or timezone.now()
    if not may_lead(actor, team):
        raise PermissionDenied("您不是这支队的队长。")
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if team.dissolved_on is not None:
        raise ValidationError(f"“{team}”已解散。", code="dissolved")
    running = team.musters.running(at).first()
    if running and (running.text, running.place, running.meet_at) == (text, place, meet_at):
        return running
    if running:
        raise ValidationError("上一次集结还没有结束，先结束它再发起。", code="running")
    if meet_at < at:
        raise ValidationError({"meet_at": ValidationError("集合时间已经过了。", code="past")})
    muster = team.musters.create(
        text=text, place=place, meet_at=meet_at, wanted_count=wanted_count, called_by=actor, called_at=at
    )
    _call_each(muster)
    return muster


def _call_each(muster):
    """In the inbox now; on the phone, where the installation has a channel, by a task for each."""
    from volunteers.tasks import call_by_phone

    rows = muster.team.memberships.joined().filter(volunteer__left_on=None).select_related("volunteer__user")
    accounts = [row.volunteer.user or account_of(row.volunteer) for row in rows]
    notify(accounts, text=muster.call_words, link=reverse("me:muster", args=[muster.pk]))
    if channels.is_open():
        for row in rows:
            call_by_phone.delay_on_commit(muster.pk, row.pk)


@transaction.atomic
def answer_muster(muster, volunteer, *, answer, actor, words="", at=None):
    """What `volunteer` says; said again it is changed. Locks the muster, so that nobody answers what has ended.

    ValidationError (`ended`) too late; PermissionDenied for whoever is not in the team.
    """
    at = at or timezone.now()
    check_acting(actor, volunteer)
    muster = Muster.objects.select_for_update(no_key=True, of=("self",)).select_related("team").get(pk=muster.pk)
    if not muster.team.memberships.joined().filter(volunteer=volunteer).exists():
        raise PermissionDenied("您不在这支队里。")
    if answer not in Answer.values:
        raise ValidationError({"answer": ValidationError("请选能到、晚点到或来不了。", code="invalid")})
    if not muster.is_running(at):
        raise ValidationError("这次集结已经结束，不用再答复。", code="ended")
    said = {"answer": answer, "words": words, "at": at}
    return MusterAnswer.objects.update_or_create(muster=muster, volunteer=volunteer, defaults=said)[0]


@transaction.atomic
def end_muster(muster, *, actor, at=None):
    """By whoever leads the team; ended twice it stays as it was."""
    if not may_lead(actor, muster.team):
        raise PermissionDenied("您不是这支队的队长。")
    muster = Muster.objects.select_for_update(no_key=True).get(pk=muster.pk)
    if muster.ended_at is None:
        muster.ended_at = at or timezone.now()
        muster.save(update_fields=["ended_at"])
    return muster


def answers_of(muster):
    """Every member of the team beside what they said: [(membership, answer or None)], those who come first."""
    said = {row.volunteer_id: row for row in muster.answers.all()}
    order = [*Answer.values, None]
    rows = [
        (row, said.get(row.volunteer_id))
        for row in Membership.objects.joined().filter(team=muster.team_id).select_related("volunteer")
    ]
    return sorted(rows, key=lambda pair: order.index(pair[1].answer if pair[1] else None))
