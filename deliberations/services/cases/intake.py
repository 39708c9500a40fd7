"""A case comes in: applied for, accepted under its number or declined, agreed to or refused by the parties."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import PrivacyNotice
from accounts.services import notify
from deliberations.models import Case, CaseEvent, CaseParty
from deliberations.services.cases.clocks import due_day
from deliberations.services.cases.door import FORBIDDEN, lock_case, move, permit, remark, stale
from deliberations.services.cases.door import demand as owed
from deliberations.services.cases.people import (
    add_readers,
    assigners_of,
    first_readers,
    heads_of,
    page_of,
    reaches,
)
from grids.models import Community
from organizations.parameters import parameter
from patrols.models import Incident
from volunteers.services.hours import publicity_end as last_working_day

Status, Source, Side = Case.Status, Case.Source, CaseParty.Side
ADD = "deliberations.add_case"
NO_NOTICE = "还没有生效的隐私告知书，请联系平台管理员。"
ALARM = "可能激化，请马上处置；可能引起治安、刑事案件的，立即报告公安机关。"
RUNNING = [Status.APPLIED, Status.ACCEPTED, Status.MEDIATING]
DESK = "/admin/deliberations/case/readers/"


# --- In ---------------------------------------------------------------------------------------------------------------
@transaction.atomic
def apply_for_case(
    *,
    community,
    kind,
    facts,
    demand="",
    parties,
    source=Source.APPLICATION,
    actor=None,
    referred_by="",
    incident=None,
    has_risk=False,
    at=None,
):
    """Write down what is asked to be settled; it is open to the heads of the committee and to `actor` (a member of
    staff; None for a party on the phone, who agrees to the privacy notice in force).

    `parties`: dicts of the columns of CaseParty, "side" and "name" at least; who applies has agreed to it. Both sides
    have to be known by the time it is accepted. PermissionDenied: staff without a post there; ValidationError beside
    its field.
    """
    at = at or timezone.now()
    day = timezone.localdate(at)
    notice = PrivacyNotice.objects.in_force(day).first()
    if actor is None and notice is None:
        raise ValidationError(NO_NOTICE, code="notice")
    if actor is not None and not Community.objects.allowed(actor, ADD).filter(pk=community.pk).exists():
        raise PermissionDenied(FORBIDDEN)
    _check_origin(community, source, actor, referred_by, incident)
    case = Case(
        community=community,
        kind=kind,
        source=source,
        incident=incident,
        referred_by=referred_by.strip(),
        notice=notice if actor is None else None,
        facts=owed(facts, "facts", "请写明发生了什么纠纷。"),
        demand=demand.strip(),
        has_risk=has_risk,
        applied_at=at,
        accept_by=last_working_day(day, parameter("mediation_accept_days")),
    )
    case.full_clean(exclude=["status", "community", "incident", "notice"])
    case.save()
    CaseEvent.objects.create(case=case, to_status=case.status, actor=actor, note=case.get_source_display(), at=at)
    if not parties:
        raise ValidationError("请写明当事人。", code="parties")
    for row in parties:
        _write_party(case, row, at=at, has_agreed=source == Source.APPLICATION and row["side"] == Side.APPLICANT)
    readers = first_readers(community)
    add_readers(case, [*readers, *([actor] if actor and reaches(actor, community) else [])], by=actor, at=at)
    told = [user for user in readers if user != actor]
    notify(told, text=f"{case}：新来的，{case.accept_by:%m月%d日}前答复是否受理。", link=page_of(case))
    if has_risk:
        _alarm(case, but=actor)
    return case


def _check_origin(community, source, actor, referred_by, incident):
    if source in (Source.COURT, Source.POLICE):
        owed(referred_by, "referred_by", "请写明是哪个单位移送的。")
    if incident is None:
        return
    if incident.community_id != community.pk or not Incident.objects.visible_to(actor).filter(pk=incident.pk).exists():
        raise ValidationError({"incident": "这件网格事件不在本社区。"}, code="incident")
    if Case.objects.select_for_update().filter(incident=incident, status__in=RUNNING).exists():
        raise ValidationError({"incident": "这件网格事件已经移送调解，正在办。"}, code="incident")


def _alarm(case, *, but=None):
    """At once to whoever may act on it (人民调解法 art. 25): a number, and nothing of the matter."""
    body = case.community.organization
    readers = set(case.readers.filter(ended_at=None).values_list("user", flat=True))
    above = assigners_of(body.parent) if body.parent else []
    people = {user.pk: user for user in [*heads_of(case.community), *assigners_of(body), *above] if user != but}
    for user in people.values():
        notify(
            [user],
            text=f"{case}（{case.community}）：{ALARM}"[:200],
            link=page_of(case) if user.pk in readers else DESK,
        )


@transaction.atomic
def flag_risk(case, *, note="", actor, at=None):
    """可能激化: whoever can act is told at once. A second time nothing happens."""
    case = lock_case(case)
    permit(case, actor)
    if case.has_risk:
        return case
    case.has_risk = True
    case.save(update_fields=["has_risk"])
    remark(case, f"可能激化。{note}", actor=actor, at=at)
    _alarm(case, but=actor)
    return case


@transaction.atomic
def calm_risk(case, *, note, actor, at=None):
    """The danger is over: what was done is said."""
    case = lock_case(case)
    permit(case, actor)
    if not case.has_risk:
        return case
    note = owed(note, "note", "请写明怎么处置的。")
    case.has_risk = False
    case.save(update_fields=["has_risk"])
    remark(case, f"风险解除：{note}", actor=actor, at=at)
    return case


# --- Accepted or not --------------------------------------------------------------------------------------------------
@transaction.atomic
def accept_case(case, *, note="", actor, at=None):
    """受理 under the next number of its community and year; the clock of mediation starts.

    The community's row is locked while the number is taken. ValidationError when a side is missing.
    """
    at = at or timezone.now()
    day = timezone.localdate(at)
    Community.objects.select_for_update(of=("self",), no_key=True).get(pk=case.community_id)
    case = lock_case(case)
    if case.status == Status.ACCEPTED:
        return case
    if case.status != Status.APPLIED:
        raise stale(case)
    sides = set(case.parties.values_list("side", flat=True))
    if missing := [side.label for side in Side if side.value not in sides]:
        raise ValidationError(f"请先写明{'、'.join(missing)}。", code="parties")
    of_year = Case.objects.filter(community=case.community_id, year=day.year)
    return move(
        case,
        Status.ACCEPTED,
        actor=actor,
        note=note,
        at=at,
        year=day.year,
        number=(of_year.aggregate(last=Max("number"))["last"] or 0) + 1,
        accepted_at=at,
        due_on=due_day(day),
    )


@transaction.atomic
def decline_case(case, *, reason, actor, at=None):
    """不予受理: the applicant reads `reason` on the page of the case."""
    reason = owed(reason, "reason", "请写明不予受理的原因，申请人会看到。")
    case = lock_case(case)
    if case.status not in (Status.APPLIED, Status.ENDED):
        raise stale(case)
    return move(case, Status.ENDED, actor=actor, note=f"不予受理：{reason}", at=at)


@transaction.atomic
def correct_case(case, *, actor, at=None, **columns):
    """What was written down wrongly: kind, facts, demand, referred_by. Not once it has ended."""
    case = lock_case(case)
    permit(case, actor)
    if not case.is_running:
        raise stale(case)
    changed = [name for name, value in columns.items() if getattr(case, name) != value]
    if not changed:
        return case
    for name in changed:
        setattr(case, name, columns[name])
    case.full_clean(exclude=["status", "community", "incident", "notice"])
    case.save(update_fields=changed)
    remark(case, "更正登记内容", actor=actor, at=at)
    return case


# --- The parties ------------------------------------------------------------------------------------------------------
def _write_party(case, columns, *, at, has_agreed=False):
    party = CaseParty(case=case, agreed_at=at if has_agreed else None, **columns)
    party.full_clean(exclude=["case"])
    party.save()
    return party


@transaction.atomic
def add_party(case, *, actor, at=None, **columns):
    """One more of a side; open mediation is asked anew, for they have not agreed to it."""
    case = lock_case(case)
    permit(case, actor)
    if not case.is_running:
        raise stale(case)
    party = _write_party(case, columns, at=at or timezone.now())
    remark(case, f"登记当事人：{party.get_side_display()}", actor=actor, at=at)
    _settle_openness(case)
    return party


@transaction.atomic
def correct_party(party, *, actor, at=None, **columns):
    """What is known of a party, written anew: name, phone, identity_number, address, agent."""
    case, party = _lock_party(party, actor)
    for name, value in columns.items():
        setattr(party, name, value)
    party.full_clean(exclude=["case"])
    party.save(update_fields=[*columns, "phone_index"])
    remark(case, f"更正当事人：{party.get_side_display()}", actor=actor, at=at)
    return party


@transaction.atomic
def consent(party, *, wants_open=False, actor, at=None):
    """The party agrees to be mediated, and to open mediation or not (人民调解法 art. 23); None is the party itself."""
    at = at or timezone.now()
    case, party = _lock_party(party, actor)
    if party.agreed_at is None:
        party.agreed_at = at
        remark(case, f"{party.get_side_display()}同意调解", actor=actor, at=at)
    party.refused_at, party.wants_open = None, wants_open
    party.save(update_fields=["agreed_at", "refused_at", "wants_open"])
    _settle_openness(case)
    return party


@transaction.atomic
def refuse(party, *, reason="", actor, at=None):
    """The party does not want it: that closes the case (人民调解法 arts 17, 23, 26)."""
    at = at or timezone.now()
    case, party = _lock_party(party, actor, closed=(Status.REFUSED,))
    if party.refused_at is None:
        party.agreed_at, party.refused_at, party.wants_open = None, at, False
        party.save(update_fields=["agreed_at", "refused_at", "wants_open"])
    note = f"{party.get_side_display()}不同意调解" + (f"：{reason.strip()}" if reason.strip() else "")
    move(case, Status.REFUSED, actor=actor, note=note, at=at)
    return party


def _lock_party(party, actor, closed=()):
    """(case, party) as they now are, of a case that is not over, or over as `closed` says."""
    case = lock_case(party.case)
    if actor is not None:
        permit(case, actor)
    if not (case.is_running or case.status in closed):
        raise stale(case)
    return case, case.parties.select_for_update().get(pk=party.pk)


def _settle_openness(case):
    """公开 only while both sides are known and all of them want it."""
    wishes = list(case.parties.values_list("side", "wants_open"))
    is_open = len({side for side, _ in wishes}) == len(Side) and all(wants for _, wants in wishes)
    if case.is_open != is_open:
        case.is_open = is_open
        case.save(update_fields=["is_open"])
