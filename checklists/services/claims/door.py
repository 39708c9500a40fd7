"""Under the locks: the need first, then its claim; who may act for it, and who is told."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.models import Claim, Need, NeedEvent
from checklists.services.needs import lock_need, move, staff_of
from checklists.services.needs.door import permit
from volunteers.services.people import account_of, may_act_for

Party = NeedEvent.Party


def settle(row, to, **columns):
    """Write the locked claim's new status; ValidationError (code "transition") where its table has no such edge."""
    if to not in row.next_statuses:
        raise too_late(row)
    row.status = to
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(update_fields=["status", *columns])
    return row


def lock_claim(row):
    """(claim, need) as they now are, the need locked first."""
    need, _ = lock_need(row.need)
    row = Claim.objects.select_for_update(of=("self",), no_key=True).with_story().get(pk=row.pk)
    row.need = need
    return row, need


def lock_as_helper(row, actor):
    demand_voice(row.speaker, actor)
    return lock_claim(row)


def lock_as_staff(row, actor):
    row, need = lock_claim(row)
    if not isinstance(actor, User):
        raise PermissionDenied("您没有办理这件事的权限。")
    permit(need, need.status, actor, Party.STAFF)
    return row, need


def demand_voice(speaker, actor):
    """PermissionDenied unless `actor` is the volunteer `speaker`, or may act for them."""
    if speaker is None or not may_act_for(actor, speaker):
        raise PermissionDenied("您不能代替这位志愿者或这支服务队。")


def speaker_of(helper):
    return helper.leader if hasattr(helper, "leader") else helper


def give_back(need, row, to, reason, *, actor, at=None, party=Party.VOLUNTEER):
    """The need waits for somebody else. False where that has happened already."""
    at = at or timezone.now()
    if row.status == to:
        return False
    settle(row, to, note=reason, ended_at=at)
    carry(need, row, Need.Status.ACCEPTED, actor=actor, party=party, note=reason, at=at)
    return True


def carry(need, row, to, *, actor, party=Party.VOLUNTEER, **kwargs):
    """The right was asked of the claim; the need's door hears in whose name, the event names the person."""
    return move(need, None, to, actor=actor, party=party, claim=row, **kwargs)


def too_late(row):
    return ValidationError(f"这次认领{row.get_status_display()}，不能再这样办，请刷新后再看。", code="transition")


def tell(row, text):
    if row.speaker is not None:
        notify([account_of(row.speaker)], text=text, link=f"/me/claims/{row.pk}/")


def tell_staff(row, words):
    need = row.need
    text = f"{words}：{need.spoken_code} {need.category}"
    notify(staff_of(need.community), text=text, link=f"/admin/checklists/need/{need.pk}/change/")
