"""Makers of 矛盾调解: a committee with a head who has an account, and a case on its way."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from accounts.models import PrivacyNotice
from deliberations.models import Case, Mediator
from deliberations.services.cases import intake, people, sessions
from tests import factories

NUMBERS = count(1)
TODAY = timezone.localdate
FACTS = "楼上卫生间渗水，泡了客厅吊顶，多次上门没有谈成。"


def make_mediator(organization=None, **fields):
    organization = organization or factories.make_organization()
    return Mediator.objects.create(
        **{
            "organization": organization,
            "name": f"调解员{next(NUMBERS)}",
            "is_woman": True,
            "starts_on": TODAY() - timedelta(days=100),
            "ends_on": TODAY() + timedelta(days=900),
            **fields,
        }
    )


def make_head(community, **fields):
    """The account of the serving 主任 of its committee."""
    user = factories.make_post(role="community_staff", organization=community.organization)
    make_mediator(community.organization, user=user, is_head=True, **fields)
    return user


def make_notice():
    return PrivacyNotice.objects.in_force(TODAY()).first() or PrivacyNotice.objects.create(
        version="2026", effective_on=TODAY() - timedelta(days=1), body="告知"
    )


def party_columns(side, **columns):
    number = next(NUMBERS)
    names = {"applicant": "周建国", "respondent": "吴秀英"}
    return {"side": side, "name": names[side], "phone": f"137{number:08}", "address": "3号楼502", **columns}


def make_case(status="applied", *, community=None, clock=None, mediator=None, **fields):
    """A case at `status` (applied, accepted, mediating, refused, ended) by the verbs; its head is `case.head`."""
    community = community or factories.make_community()
    make_notice()
    at = clock or timezone.now()
    seat = Mediator.objects.filter(organization=community.organization, is_head=True, user__isnull=False).first()
    head = seat.user if seat else make_head(community)
    parties = fields.pop("parties", None) or [party_columns("applicant"), party_columns("respondent")]
    case = intake.apply_for_case(
        **{"community": community, "kind": Case.Kind.NEIGHBOURS, "facts": FACTS, "parties": parties, "at": at, **fields}
    )
    if status == "refused":
        intake.refuse(case.parties.last(), actor=None, at=at)
    elif status == "ended":
        intake.decline_case(case, reason="不属于民间纠纷", actor=head, at=at)
    elif status != "applied":
        intake.accept_case(case, actor=head, at=at)
        mediator = mediator or make_mediator(community.organization)
        people.assign_mediator(case, mediator=mediator, actor=head, at=at)
    if status == "mediating":
        sessions.hold_session(
            case, held_at=at, place="调解室", present="双方、调解员", record="各说各的理。", actor=head, at=at
        )
    case = Case.objects.select_related("community").get(pk=case.pk)
    case.head = head
    return case
