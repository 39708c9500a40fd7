"""Whom the clocks of a case call: its readers in the workplace, and the parties before the court's days end.

The same line is not sent twice; the row remembers when the parties were told.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import channels
from accounts.models import User
from accounts.services import notify_once
from deliberations.models import Accord, Case
from deliberations.services.cases.accords import accord_of
from deliberations.services.cases.clocks import MEDIATED, SETTLED, may_be_confirmed
from deliberations.services.cases.door import lock_case
from deliberations.services.cases.people import page_of
from organizations.parameters import parameters

Status = Case.Status
OPEN = SETTLED - {Status.PERFORMED}


def spoken(day):
    return f"{day.month}月{day.day}日"


def limits():
    return parameters("mediation_remind_days", "confirmation_remind_days")


def to_remind(on=None):
    """The cases of which some clock says something today."""
    on, days = on or timezone.localdate(), limits()
    period = Q(status__in=MEDIATED, due_on__lte=on + timedelta(days=days["mediation_remind_days"]))
    court = Q(
        status__in=SETTLED,
        accord__confirm_applied_on=None,
        accord__confirm_by__range=(on, on + timedelta(days=days["confirmation_remind_days"])),
    )
    visits = Q(status__in=OPEN, accord__follow_ups__visited_on=None, accord__follow_ups__due_on__lte=on)
    return Case.objects.filter(Q(status=Status.APPLIED, accept_by__lte=on) | period | court | visits).distinct()


def lines(case, accord, *, on):
    """What the clocks of `case` say on this day, each sentence with its date so that it is said once."""
    days, said = limits(), []
    if case.status == Status.APPLIED and case.accept_by and case.accept_by <= on:
        said.append(f"{spoken(case.accept_by)}前要答复是否受理。")
    if case.status in MEDIATED and case.due_on:
        if case.due_on < on:
            said.append(f"调解期限 {spoken(case.due_on)} 已过，没有结果的请终止调解，发终止调解通知书。")
        elif case.due_on <= on + timedelta(days=days["mediation_remind_days"]):
            said.append(f"调解期限 {spoken(case.due_on)} 到，双方同意的可以延期一次。")
    if accord is None or not accord.effective_at:
        return said
    if may_be_confirmed(accord, on=on) and _is_near(accord, on, days):
        said.append(f"双方可以在 {spoken(accord.confirm_by)} 前共同申请司法确认，过期不能再申请。")
    if case.status in OPEN:
        due = accord.follow_ups.filter(visited_on=None, due_on__lte=on)
        said += [f"{spoken(row.due_on)}该回访，看协议履行了没有。" for row in due]
    return said


def _is_near(accord, on, days):
    return accord.confirm_by <= on + timedelta(days=days["confirmation_remind_days"])


def remind_case(case, *, on=None):
    """Tell its readers what the clocks say; nothing twice."""
    on = on or timezone.localdate()
    readers = User.objects.filter(read_cases__case=case, read_cases__ended_at=None, is_active=True).distinct()
    for line in lines(case, Accord.objects.filter(case=case).first(), on=on):
        notify_once(readers, text=f"{case}：{line}"[:200], link=page_of(case))


@transaction.atomic
def parties_to_tell(case, *, at=None):
    """The keys of the parties to send `text_for` to now, marked as sent; none without a channel or before its time."""
    at = at or timezone.now()
    if not channels.is_open():
        return []
    case = lock_case(case)
    accord, on = accord_of(case), timezone.localdate(at)
    is_due = accord is not None and case.status in SETTLED and accord.parties_reminded_at is None
    if not is_due or not may_be_confirmed(accord, on=on) or not _is_near(accord, on, limits()):
        return []
    accord.parties_reminded_at = at
    accord.save(update_fields=["parties_reminded_at"])
    return [party.pk for party in case.parties.all() if party.phone]


def text_for(party):
    """Names neither the matter nor the other side: a phone lies about."""
    case = party.case
    community, until = case.community, spoken(case.accord.confirm_by)
    ask = f"问社区：{community.hotline}" if community.hotline else ""
    return f"您在{community}达成的调解协议，双方可以在 {until} 前共同向法院申请司法确认，过期不能再申请。{ask}"
