"""党员: entered in a branch, put right, confirmed, gone. Which branch it is, a transfer alone changes (transfers.py).

Whoever enters somebody holds the tree lock: no branch is dissolved, and no number entered twice, meanwhile.
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from govern.dates import months_after
from govern.fields import blind_index
from govern.locks import tree_lock
from organizations.models import MemberEvent, Organization, PartyMember
from organizations.parameters import parameter, parameters
from organizations.services.leadership import end_terms_of

Event, Stage, Leaving = MemberEvent.Kind, PartyMember.Stage, PartyMember.Leaving
FACTS = {
    "name",
    "gender",
    "identity_number",
    "phone",
    "joined_on",
    "full_on",
    "employer",
    "employment",
    "is_floating",
    "floating_place",
}
INDEXES = {"identity_number": "identity_index", "phone": "phone_index"}
CHUNK = 1000


# --- What is wrong with a row -----------------------------------------------------------------------------------------
def faults_of(members, *, actor, at=None):
    """What is wrong with each of `members`, rows not saved yet: [a ValidationError beside its fields, or None].

    For one as for ten thousand: a query for the branches and one for each thousand identity numbers.
    """
    today = timezone.localdate(at)
    branches = {member.branch_id for member in members}
    open_ones = Organization.objects.allowed(actor, "organizations.add_partymember").branches()
    reached = set(open_ones.filter(pk__in=branches).values_list("pk", flat=True))
    taken = _taken(members, actor)
    faults = []
    for member in members:
        errors = _faults(member, today)
        if member.branch_id not in reached:
            errors["branch"] = ["请选择您管辖范围内、在用的党支部。"]
        if index := blind_index(member.identity_number):
            if index in taken:
                errors["identity_number"] = [taken[index]]
            taken[index] = "这个身份证号在这一批里出现了两次。"
        faults.append(ValidationError(errors) if errors else None)
    return faults


def _faults(member, today):
    """{field: [words]} of one row by itself; its constraints stand behind them."""
    try:
        member.clean_fields(exclude=["branch", "group", "user"])
        errors = {}
    except ValidationError as error:
        errors = error.message_dict
    joined_on, full_on = member.joined_on, member.full_on
    if "joined_on" in errors or "full_on" in errors:
        return errors
    if joined_on > today:
        errors["joined_on"] = ["入党日期不能晚于今天。"]
    if member.stage == Stage.FULL and full_on is None:
        errors["full_on"] = ["正式党员要填转正日期。"]
    if member.stage == Stage.PROBATIONARY and full_on is not None:
        errors["full_on"] = ["预备党员不填转正日期，到期后办理转正。"]
    if full_on and "joined_on" not in errors and not joined_on <= full_on <= today:
        errors.setdefault("full_on", ["转正日期要在入党日期以后，不能晚于今天。"])
    return errors


def _taken(members, actor):
    """{blind index: words} of the identity numbers that others have here; where they are, only if `actor` sees it."""
    own = {member.pk for member in members} - {None}
    indexes = sorted({blind_index(member.identity_number) for member in members} - {""})
    words = {}
    for start in range(0, len(indexes), CHUNK):
        rows = PartyMember.objects.here().filter(identity_index__in=indexes[start : start + CHUNK])
        rows = rows.exclude(pk__in=own) if own else rows
        seen = dict(rows.visible_to(actor).values_list("pk", "branch__name"))
        for pk, index in rows.values_list("pk", "identity_index"):
            where = f"“{seen[pk]}”" if pk in seen else "另一个党支部（不在您的管辖范围），请办理组织关系转接"
            words[index] = f"这个身份证号已登记在{where}。"
    return words


# --- Entering and putting right ---------------------------------------------------------------------------------------
@transaction.atomic
def register_member(member, *, actor, at=None):
    """Enter `member`, a row not saved yet, in its branch. ValidationError beside the fields (see faults_of)."""
    tree_lock()
    (fault,) = faults_of([member], actor=actor, at=at)
    if fault:
        raise fault
    member.save()
    _record(member, Event.REGISTERED, actor=actor, at=at)
    return member


@transaction.atomic
def register_members(members, *, actor, at=None):
    """Enter all of `members` or, with a ValidationError that names the rows, none."""
    tree_lock()
    faults = faults_of(members, actor=actor, at=at)
    words = [
        f"第 {number} 名 {member.name}：{'；'.join(fault.messages)}"
        for number, (member, fault) in enumerate(zip(members, faults, strict=True), start=1)
        if fault
    ]
    if words:
        raise ValidationError(words)
    at = at or timezone.now()
    PartyMember.objects.bulk_create(members, batch_size=CHUNK)
    events = [
        MemberEvent(member=member, kind=Event.REGISTERED, effective_on=timezone.localdate(at), actor=actor, at=at)
        for member in members
    ]
    MemberEvent.objects.bulk_create(events, batch_size=CHUNK)
    return members


@transaction.atomic
def change_member(member, *, actor, at=None, **facts):
    """Put right what was written down of `member` (FACTS): never the branch, the stage or the leaving."""
    tree_lock()
    member = _here(member, actor)
    changed = [name for name in facts if getattr(member, name) != facts[name]]
    if unknown := set(changed) - FACTS:
        raise TypeError(f"not a fact: {unknown}")
    for name in changed:
        setattr(member, name, facts[name])
    errors = _faults(member, timezone.localdate(at))
    if taken := _taken([member], actor):
        errors["identity_number"] = list(taken.values())
    if errors:
        raise ValidationError(errors)
    if changed:
        member.save(update_fields=[*changed, *(INDEXES[name] for name in changed if name in INDEXES)])
        labels = [str(member._meta.get_field(name).verbose_name) for name in changed]
        _record(member, Event.CORRECTED, actor=actor, at=at, note="、".join(labels))
    return member


@transaction.atomic
def assign_group(member, *, group, actor, at=None):
    """Put `member` in `group`, a 党小组 of the own branch; None: in none."""
    tree_lock()
    member = _here(member, actor)
    if group == member.group:
        return member
    if group is not None and not Organization.objects.active().filter(pk=group.pk, parent=member.branch_id).exists():
        raise ValidationError({"group": "只能选本党支部在用的党小组。"}, code="group")
    member.group = group
    member.save(update_fields=["group"])
    _record(member, Event.GROUPED, actor=actor, at=at, note=str(group) if group else "不再编入党小组")
    return member


# --- Probation (党章 art. 7: one year; it may be extended once) -------------------------------------------------------
@transaction.atomic
def confirm_full_member(member, *, on, note="", actor, at=None):
    """转正: a full member from the date `on`, not before the probation is over. Full already: nothing happens."""
    member = _here(member, actor)
    if member.stage == Stage.FULL:
        return member
    ends_on = member.probation_ends_on(int(parameter("probation_months")))
    _demand_past(on, at)
    if on < ends_on:
        raise ValidationError({"on": f"预备期到 {ends_on:%Y-%m-%d} 才满，转正日期不能早于这一天。"}, code="probation")
    member.stage, member.full_on = Stage.FULL, on
    member.save(update_fields=["stage", "full_on"])
    _record(member, Event.CONFIRMED, actor=actor, at=at, on=on, note=note)
    return member


@transaction.atomic
def extend_probation(member, *, until, reason, actor, at=None):
    """延长预备期 to the date `until`: once, by half a year to a year (中国共产党发展党员工作细则)."""
    member = _here(member, actor)
    if member.extended_until == until:
        return member
    if member.stage == Stage.FULL or member.extended_until:
        words = "已经是正式党员" if member.stage == Stage.FULL else "预备期已经延长过一次，不能再延长"
        raise ValidationError(f"{member}{words}。", code="transition")
    rules = parameters("probation_months", "probation_extension_min_months", "probation_extension_max_months")
    ends_on = member.probation_ends_on(int(rules["probation_months"]))
    first, last = (months_after(ends_on, int(rules[f"probation_extension_{bound}_months"])) for bound in ("min", "max"))
    if not first <= until <= last:
        raise ValidationError({"until": f"延长到的日期在 {first:%Y-%m-%d} 到 {last:%Y-%m-%d} 之间选。"}, code="range")
    if not reason.strip():
        raise ValidationError({"reason": "请写明延长的原因。"}, code="required")
    member.extended_until = until
    member.save(update_fields=["extended_until"])
    _record(member, Event.EXTENDED, actor=actor, at=at, note=f"延长到 {until:%Y-%m-%d}：{reason}")
    return member


# --- Leaving ----------------------------------------------------------------------------------------------------------
OF_STAGE = {Leaving.NOT_CONFIRMED: Stage.PROBATIONARY, Leaving.REMOVED: Stage.FULL, Leaving.EXPELLED: Stage.FULL}


@transaction.atomic
def leave(member, *, leaving, on, note="", actor, at=None):
    """No member here from the date `on` on, with what ended by it: posts in leading bodies. Gone already: nothing.

    ValidationError beside "leaving" where it does not fit the stage, beside "on", or while a transfer is open.
    """
    row = PartyMember.objects.get(pk=member.pk)
    if row.left_on == on and row.leaving == leaving:
        return row
    member = _here(member, actor)
    _demand_past(on, at)
    if on < member.joined_on:
        raise ValidationError({"on": "不能早于入党日期。"}, code="past")
    if member.stage != OF_STAGE.get(leaving, member.stage):
        whom = Stage(OF_STAGE[leaving]).label
        raise ValidationError({"leaving": f"“{Leaving(leaving).label}”只用于{whom}。"}, code="stage")
    if member.transfers.open().exists():
        raise ValidationError("还有一件组织关系转接没有办完，请先办结或撤回。", code="transfer")
    member.left_on, member.leaving = on, leaving
    member.save(update_fields=["left_on", "leaving"])
    ended = end_terms_of(member, on=on - timedelta(days=1))
    words = [Leaving(leaving).label, note, f"同时离任：{'、'.join(ended)}" if ended else ""]
    _record(member, Event.LEFT, actor=actor, at=at, on=on, note="；".join(filter(None, words)))
    return member


@transaction.atomic
def undo_leaving(member, *, reason, actor, at=None):
    """It was written down wrongly: a member of the branch as before, in no group. Here already: nothing happens.

    ValidationError where the branch is gone, or the number is registered again meanwhile. Posts that ended stay ended.
    """
    tree_lock()
    member = _locked(member, actor)
    if member.is_here:
        return member
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤销的原因。"}, code="required")
    if not Organization.objects.branches().filter(pk=member.branch_id).exists():
        raise ValidationError("原来的党支部已停用或撤销，请重新登记入册。", code="branch")
    if taken := _taken([member], actor):
        raise ValidationError(list(taken.values()), code="taken")
    member.left_on, member.leaving, member.group = None, "", None
    member.save(update_fields=["left_on", "leaving", "group"])
    _record(member, Event.RETURNED, actor=actor, at=at, note=reason)
    return member


# --- The lock, the right, the record ----------------------------------------------------------------------------------
def _locked(member, actor):
    row = PartyMember.objects.select_for_update(no_key=True).get(pk=member.pk)
    if not PartyMember.objects.editable_by(actor).filter(pk=row.pk).exists():
        raise PermissionDenied("这名党员不在您的管辖范围内。")
    return row


def _here(member, actor):
    """The row, locked. PermissionDenied out of reach; ValidationError where the member has left meanwhile."""
    row = _locked(member, actor)
    if not row.is_here:
        raise ValidationError(f"{row}已在 {row.left_on:%Y-%m-%d} 登记为“{row.get_leaving_display()}”。", code="left")
    return row


def _demand_past(on, at):
    if on > timezone.localdate(at):
        raise ValidationError({"on": "日期不能晚于今天，到了那天再办。"}, code="future")


def _record(member, kind, *, actor, at=None, on=None, note=""):
    at = at or timezone.now()
    MemberEvent.objects.create(
        member=member, kind=kind, effective_on=on or timezone.localdate(at), note=note[:300], actor=actor, at=at
    )
