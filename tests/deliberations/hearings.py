"""Makers of 议题, 三会 and those called to one."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import PrivacyNotice
from deliberations.models import AgendaItem, Attendee, Hearing, Issue
from deliberations.services import issues
from tests import factories as make

BASE = 13_700_000_000
counter = iter(range(1, 1_000_000))


def new_phone():
    return str(BASE + next(counter))


def make_notice():
    return PrivacyNotice.objects.first() or PrivacyNotice.objects.create(version="1", text="告知")


def make_issue(status=Issue.Status.RAISED, *, community=None, **fields):
    """Raised by a resident through the door; the status is then written as it is."""
    facts = {
        "title": f"三号楼要不要装电梯 {next(counter)}",
        "text": "楼上老人多",
        "raised_by": "resident",
        "name": "孙先生",
        "phone": new_phone(),
        "notice": make_notice(),
        **fields,
    }
    issue = issues.raise_issue(community=community or make.make_community(), **facts)
    if status != Issue.Status.RAISED:
        Issue.objects.filter(pk=issue.pk).update(status=status)
        issue.refresh_from_db()
    return issue


def make_hearing(status=Hearing.Status.DRAFTED, *, community=None, **fields):
    """With one item on its agenda; the status is written as it is, with the shares once it is announced."""
    facts = {
        "kind": Hearing.Kind.HEARING,
        "title": f"加装电梯听证会 {next(counter)}",
        "background": "三单元想装电梯",
        "starts_at": timezone.now() + timedelta(days=20),
        "place": "社区活动室",
        "host": "赵主任",
        "recorder": "钱委员",
        **fields,
    }
    if status != Hearing.Status.DRAFTED:
        shares = {"quorum_percent": 50, "pass_percent": 50, "announced_at": timezone.now() - timedelta(days=1)}
        facts = {**shares, **facts}
    hearing = Hearing.objects.create(community=community or make.make_community(), status=status, **facts)
    AgendaItem.objects.create(hearing=hearing, order=1, title="方案介绍")
    return hearing


def make_attendee(hearing, **fields):
    return Attendee.objects.create(hearing=hearing, **{"name": "周女士", "phone": new_phone(), **fields})


def make_clerk(community):
    return make.make_post(role="community_staff", organization=community.organization)
