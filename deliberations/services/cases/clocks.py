"""The clocks of a case: how long mediation may take, until when a court may be asked, by when it is to be performed."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from deliberations.models import Case
from deliberations.services.cases.archive import take_up
from deliberations.services.cases.door import demand, remark, stale
from organizations.parameters import parameter, parameters

Status, Kind = Case.Status, Case.Kind
MEDIATED = frozenset({Status.ACCEPTED, Status.MEDIATING})
SETTLED = frozenset({Status.AGREED, Status.PERFORMED, Status.BREACHED})

IDENTITY = "确认婚姻、亲子、收养等身份关系有效、无效或者解除的，法院不受理；只就财产、费用的约定可以申请。"
TITLE = "涉及房屋、宅基地、相邻设施归谁所有等物权确权的，法院不受理；只就赔偿、修复、费用的约定可以申请。"
OWNERSHIP = "涉及物权、知识产权确权的，法院不受理。"
# 《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》第三百五十五条
EXCLUSIONS = {Kind.FAMILY: IDENTITY, Kind.HOUSING: TITLE, Kind.PROPERTY: TITLE, Kind.NEIGHBOURS: TITLE}


@dataclass(frozen=True)
class Clock:
    """`tone` is ok, warn or bad; `left_days` below nought once it has run out."""

    label: str
    begins_on: date
    ends_on: date
    left_days: int
    tone: str

    @property
    def total_days(self):
        return max((self.ends_on - self.begins_on).days, 1)

    @property
    def used_days(self):
        return min(max(self.total_days - self.left_days, 0), self.total_days)

    @property
    def percent(self):
        return round(100 * self.used_days / self.total_days)

    @property
    def words(self):
        if self.left_days < 0:
            return f"已过 {-self.left_days} 天"
        return f"还剩 {self.left_days} 天" if self.left_days else "今天到期"


def clock(label, begins_on, ends_on, *, warn_days, on):
    left = (ends_on - on).days
    return Clock(label, begins_on, ends_on, left, "bad" if left < 0 else "warn" if left <= warn_days else "ok")


def due_day(accepted_on):
    """The last day of mediation of what is accepted on this day."""
    return accepted_on + timedelta(days=int(parameter("mediation_days")))


def clocks_of(case, accord, *, on=None):
    """The clocks that run now, the nearest end first."""
    on = on or timezone.localdate()
    limits = parameters("mediation_remind_days", "confirmation_remind_days", "accord_follow_up_days")
    running = []
    if case.status in MEDIATED and case.due_on:
        begins_on = timezone.localdate(case.accepted_at or case.applied_at)
        warn = limits["mediation_remind_days"]
        running.append(clock("调解期限", begins_on, case.due_on, warn_days=warn, on=on))
    if accord is not None and accord.effective_at and case.status in SETTLED:
        began_on = timezone.localdate(accord.effective_at)
        if may_be_confirmed(accord, on=on):
            warn = limits["confirmation_remind_days"]
            running.append(clock("申请司法确认", began_on, accord.confirm_by, warn_days=warn, on=on))
        if case.status != Status.PERFORMED:
            warn = limits["accord_follow_up_days"]
            running.append(clock("履行期限", began_on, accord.perform_by, warn_days=warn, on=on))
    return sorted(running, key=lambda each: each.ends_on)


def may_be_confirmed(accord, *, on=None):
    """Whether both may still ask the court: in force, not asked yet, within the set days (人民调解法 art. 33)."""
    on = on or timezone.localdate()
    return bool(accord.effective_at) and accord.confirm_applied_on is None and on <= accord.confirm_by


def exclusion_of(case):
    """What of this kind of dispute a court would not confirm, in words for the parties."""
    return EXCLUSIONS.get(case.kind, OWNERSHIP)


def may_extend(case):
    return case.status in MEDIATED and case.due_on is not None and not case.extended_reason


@transaction.atomic
def extend_case(case, *, reason, agreed, actor, at=None):
    """延期, once, where every party agrees: `agreed` are the CaseParty that do. The new last day is counted from the
    old one.

    ValidationError: not running, extended before (code="once"), beside "agreed" where a party is missing.
    """
    case = take_up(case, actor=actor)
    if case.status not in MEDIATED or case.due_on is None:
        raise stale(case)
    if case.extended_reason:
        raise ValidationError("这件调解已经延期过一次，不能再延。", code="once")
    reason = demand(reason, "reason", "请写明延期的原因。")
    parties, said_yes = list(case.parties.all()), {party.pk for party in agreed}
    missing = [party for party in parties if party.pk not in said_yes]
    if missing or not parties:
        names = "、".join(party.label for party in missing) or "当事人"
        raise ValidationError({"agreed": f"要双方都同意才能延期，还缺：{names}。"}, code="consent")
    for party in parties:
        party.agrees_to_extend = True
        party.save(update_fields=["agrees_to_extend"])
    case.due_on += timedelta(days=int(parameter("mediation_extension_days")))
    case.extended_reason = reason[:100]
    case.save(update_fields=["due_on", "extended_reason"])
    remark(case, f"双方同意延期到 {case.due_on:%Y年%m月%d日}", actor=actor, at=at)
    return case
