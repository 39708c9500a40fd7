"""换届选举: one door for its status, with its event. Lock: the organization's row, then the election; before both the
tree, where leaders are seated.

What is confirmed writes the next term and its leading body in the same transaction.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from govern.locks import tree_lock
from organizations import elections as rules
from organizations.models import Candidacy, Election, ElectionEvent, LeadershipTerm, Organization
from organizations.parameters import parameters
from organizations.services.leadership import seat_leaders
from organizations.services.terms import begin_term

Status = Election.Status


def rules_on(day=None):
    """The Rules by the settings in force on the date `day` (today)."""
    values = parameters("election_quorum_percent", "election_margin_percent", on=day)
    return rules.Rules(
        quorum=float(values["election_quorum_percent"]) / 100, margin=float(values["election_margin_percent"]) / 100
    )


def checks_of(election):
    return rules.checks(
        seats=election.seats,
        candidates=election.candidacies.count(),
        entitled=election.entitled_count,
        present=election.present_count,
        rules=rules_on(election.held_on),
    )


def result_of(election):
    """(the elected candidacies, the tied ones, how many seats nobody won), or None before all votes are counted."""
    rows = {row.pk: row for row in election.candidacies.all()}
    if election.present_count is None or any(row.yes_votes is None for row in rows.values()):
        return None
    result = rules.count(
        {pk: row.yes_votes for pk, row in rows.items()}, seats=election.seats, present=election.present_count
    )
    return [rows[pk] for pk in result.elected], [rows[pk] for pk in result.tied], result.empty


def lock(election):
    Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=election.organization_id)
    rows = Election.objects.select_for_update(no_key=True, of=("self",)).select_related("organization")
    return rows.get(pk=election.pk)


def permit(election, actor):
    if not Election.objects.editable_by(actor).filter(pk=election.pk).exists():
        raise PermissionDenied("您没有办理这次换届的权限。")


def stale(election):
    event = election.events.select_related("actor").last()
    who = str(event.actor) if event and event.actor else "有人"
    when = timezone.localtime(event.at).strftime("%m月%d日 %H:%M") if event else ""
    words = f"这次换届已由{who}在{when}改为“{election.get_status_display()}”，您看到的是旧页面，请刷新后再办。"
    return ValidationError(words, code="transition")


def move(election, to, *, actor, note="", at=None, **columns):
    """The one door, for a verb that has locked `election`. Already there: nothing happens.

    ValidationError(code="transition") where the table has no such edge; PermissionDenied without the right.
    """
    at = at or timezone.now()
    permit(election, actor)
    if election.status == to:
        return election
    if to not in election.next_statuses:
        raise stale(election)
    last = election.events.aggregate(last=Max("at"))["last"]
    before, election.status = election.status, to
    for name, value in columns.items():
        setattr(election, name, value)
    election.full_clean(exclude=["organization"])
    election.save(update_fields=["status", *columns])
    ElectionEvent.objects.create(
        election=election, from_status=before, to_status=to, actor=actor, note=note[:300], at=max(at, last or at)
    )
    return election


@transaction.atomic
def prepare_election(organization, *, planned_on, seats, assembly=Election.Assembly.MEMBERS, actor, at=None):
    """筹备: an election of `organization` on the date `planned_on`. One at a time."""
    if not Organization.objects.editable_by(actor).filter(pk=organization.pk).exists():
        raise PermissionDenied("您没有办理这个党组织的权限。")
    organization = Organization.objects.select_for_update(no_key=True, of=("self",)).get(pk=organization.pk)
    if not organization.is_active:
        raise ValidationError("这个党组织已停用或撤销，不能换届。", code="inactive")
    if organization.elections.open().exists():
        raise ValidationError("这个党组织已有一次正在办理的换届。", code="open")
    election = Election(organization=organization, planned_on=planned_on, seats=seats, assembly=assembly)
    election.full_clean()
    election.save()
    ElectionEvent.objects.create(election=election, to_status=election.status, actor=actor, at=at or timezone.now())
    return election


@transaction.atomic
def nominate(election, *, name, member=None, actor):
    """候选人: one more; also after the preliminary vote, until the election was held."""
    election = lock(election)
    permit(election, actor)
    if election.status != Status.PREPARED:
        raise stale(election)
    if member is not None and not election.organization.get_descendants(include_self=True).filter(pk=member.branch_id):
        raise ValidationError({"member": "这名党员不在本党组织及下级党组织里。"}, code="member")
    row = Candidacy(election=election, name=name or (member.name if member else ""), member=member)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def strike(candidacy, *, actor):
    """Take a candidate off the list before the election."""
    election = lock(candidacy.election)
    permit(election, actor)
    if election.status != Status.PREPARED:
        raise stale(election)
    Candidacy.objects.filter(pk=candidacy.pk).delete()
    return election


@transaction.atomic
def hold_election(election, *, entitled_count, present_count, held_on, votes, actor, at=None):
    """登记选举结果: `votes` is {candidacy: yes votes}, of every candidate.

    ValidationError beside the field: too few candidates, no quorum, more votes than people, a day to come.
    """
    election = lock(election)
    if election.status == Status.HELD:
        return election
    rows = list(election.candidacies.all())
    if held_on > timezone.localdate(at):
        raise ValidationError({"held_on": "选举日期不能晚于今天。"}, code="future")
    if present_count > entitled_count:
        raise ValidationError({"present_count": "实到会人数不能多于应到会人数。"}, code="present")
    few, quorum = rules.checks(
        seats=election.seats,
        candidates=len(rows),
        entitled=entitled_count,
        present=present_count,
        rules=rules_on(held_on),
    )
    if not few.is_met:
        raise ValidationError(f"{few.words}。请先补充候选人。", code="candidates")
    if not quorum.is_met:
        raise ValidationError({"present_count": f"{quorum.words}，这次选举不能成立。"}, code="quorum")
    for row in rows:
        row.yes_votes = votes.get(row.pk)
        if row.yes_votes is None or not 0 <= row.yes_votes <= present_count:
            raise ValidationError(f"{row.name}的赞成票要在 0 到 {present_count} 之间。", code="votes")
    Candidacy.objects.bulk_update(rows, ["yes_votes"])
    return move(
        election,
        Status.HELD,
        actor=actor,
        at=at,
        note=f"应到 {entitled_count} 人，实到 {present_count} 人",
        entitled_count=entitled_count,
        present_count=present_count,
        held_on=held_on,
    )


@transaction.atomic
def report_election(election, *, positions, actor, at=None):
    """报批: what the elected divided among themselves, {candidacy: position}; one of them is the secretary.

    ValidationError while nobody was elected, candidates are tied, or a position is missing.
    """
    election = lock(election)
    if election.status == Status.REPORTED:
        return election
    if election.status != Status.HELD:
        raise stale(election)
    elected, tied, _ = result_of(election)
    if tied:
        names = "、".join(row.name for row in tied)
        raise ValidationError(f"{names}票数相等，请重新投票后再登记，或把这次选举记为未成立。", code="tied")
    if not elected:
        raise ValidationError("没有人得票过半，这次选举不能报批。", code="nobody")
    for row in elected:
        row.position = positions.get(row.pk, "")
        if row.position not in LeadershipTerm.Position.values:
            raise ValidationError(f"请选择{row.name}的职务。", code="position")
    if [row.position for row in elected].count(LeadershipTerm.Position.SECRETARY) != 1:
        raise ValidationError("要有而且只有一名书记。", code="secretary")
    Candidacy.objects.bulk_update(elected, ["position"])
    note = "、".join(f"{row.name}（{row.get_position_display()}）" for row in elected)
    return move(election, Status.REPORTED, actor=actor, at=at, note=note)


@transaction.atomic
def confirm_election(election, *, document, confirmed_on, actor, at=None):
    """批复: by the superior body. The old leading body ends, the elected begin, and a new term runs from that election.

    By whoever may change the body above: nobody confirms the own election.
    """
    tree_lock()
    election = lock(election)
    if election.status == Status.CONFIRMED:
        return election
    above = election.organization.parent
    may = Organization.objects.editable_by(actor)
    if above is not None and not may.filter(pk=above.pk).exists():
        raise PermissionDenied("换届结果由上级党组织批复。")
    if not document.strip():
        raise ValidationError({"document": "请填写批复文号。"}, code="required")
    if not election.held_on or not election.held_on <= confirmed_on <= timezone.localdate(at):
        raise ValidationError({"confirmed_on": "批复日期在选举日和今天之间。"}, code="date")
    elected, _, _ = result_of(election)
    organization = election.organization
    seat_leaders(organization, elected, on=election.held_on, at=at)
    begin_term(organization, starts_on=election.held_on)
    return move(
        election,
        Status.CONFIRMED,
        actor=actor,
        at=at,
        note=document,
        document=document,
        confirmed_on=confirmed_on,
    )


@transaction.atomic
def void_election(election, *, reason, actor, at=None):
    """未成立: no quorum, a tie that was not broken, or not approved; it is prepared anew."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明原因。"}, code="required")
    return move(lock(election), Status.VOIDED, actor=actor, note=reason, at=at)
