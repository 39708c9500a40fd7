"""A project from 立项 to 销号: the door, the publicity, the inspection, the needs that end with it."""

from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Notification
from checklists.models import Need, Project, ProjectEvent
from checklists.services import projects
from tests import factories as make
from tests.checklists.projects import START, S, bring, day, new_project, photo
from tests.races import race, won

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return make.make_superuser()


@pytest.fixture
def community():
    return make.make_community()


def clerk_of(community):
    return make.make_post(role="community_staff", organization=community.organization)


class TestDoor:
    @pytest.mark.parametrize("before", S)
    def test_all_pairs(self, before, chief):
        project = make.make_project(unit=make.make_unit())
        for after in S:
            columns = {"stop_reason": "不做了" if before == S.STOPPED else "", "closed_on": START.date()}
            Project.objects.filter(pk=project.pk).update(status=before, **columns)
            events = project.events.count()
            if after in Project.TRANSITIONS[before]:
                changed = projects.change_status(project, after, actor=chief, note="试")
                event = project.events.last()
                assert changed.status == after and project.events.count() == events + 1
                assert (event.from_status, event.to_status, event.actor, event.note) == (before, after, chief, "试")
            elif after == before:
                assert projects.change_status(project, after, actor=chief).status == before
                assert project.events.count() == events
            else:
                with pytest.raises(ValidationError, match="旧页面") as caught:
                    projects.change_status(project, after, actor=chief)
                assert caught.value.code == "transition"
                project.refresh_from_db()
                assert (project.status, project.events.count()) == (before, events)

    def test_lead_unit_may_submit_and_nothing_else(self, community):
        unit = make.make_unit(community.organization)
        liaison = make.make_liaison(unit)
        for before, after in product(S, S):
            if after not in Project.TRANSITIONS[before]:
                continue
            project = make.make_project(before, community=community, unit=unit)
            if after == S.INSPECTING:
                assert projects.change_status(project, after, actor=liaison).status == after
            else:
                with pytest.raises(PermissionDenied):
                    projects.change_status(project, after, actor=liaison)

    def test_strangers_may_nothing(self, community):
        project = bring(S.PUBLICIZED, community)
        for stranger in (clerk_of(make.make_community()), make.make_post(role="supervisor"), make.make_user()):
            with pytest.raises(PermissionDenied):
                projects.stop(project, actor=stranger, reason="不做了")


class TestProposing:
    def test_numbers_count_per_community_and_year(self, chief, community):
        other = make.make_community()
        numbers = [
            projects.propose_project(new_project(where), actor=chief, at=at).number
            for where, at in [(community, START), (other, START), (community, START), (community, day(300))]
        ]
        assert numbers == [
            f"{community.code}-2026-001",
            f"{other.code}-2026-001",
            f"{community.code}-2026-002",
            f"{community.code}-2027-001",
        ]

    def test_number_after_999_has_four_digits(self, chief, community):
        for last in (9, 999):
            make.make_project(community=community, number=f"{community.code}-2026-{last:03}")
        assert projects.propose_project(new_project(community), actor=chief, at=START).number.endswith("-1000")

    def test_needs_are_of_the_same_community(self, chief, community):
        with pytest.raises(ValidationError, match="本社区"):
            projects.propose_project(new_project(community), actor=chief, needs=[make.make_need()], at=START)
        need = make.make_need(community=community)
        project = projects.propose_project(new_project(community), actor=chief, needs=[need], at=START)
        assert list(project.needs.all()) == [need]

    def test_same_name_is_a_repeat_until_it_ends(self, chief, community):
        first = projects.propose_project(new_project(community, name="护学通道"), actor=chief, at=START)
        with pytest.raises(ValidationError) as caught:
            projects.propose_project(new_project(community, name="护学通道"), actor=chief, at=START)
        assert "name" in caught.value.message_dict
        projects.propose_project(new_project(make.make_community(), name="护学通道"), actor=chief, at=START)
        projects.stop(first, actor=chief, reason="不做了")
        assert projects.propose_project(new_project(community, name="护学通道"), actor=chief, at=START).pk

    def test_only_the_own_community(self, community):
        with pytest.raises(PermissionDenied):
            projects.propose_project(new_project(community), actor=clerk_of(make.make_community()), at=START)
        assert projects.propose_project(new_project(community), actor=clerk_of(community), at=START).pk

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_get_two_numbers(self, chief, community):
        propose = lambda: projects.propose_project(new_project(community), actor=chief, at=START)  # noqa: E731
        assert len({project.number for project in won(race(propose, propose, propose))}) == 3


class TestPublicity:
    def test_needs_a_lead_or_bids(self, chief):
        project = bring(S.PROPOSED, unit=None)
        with pytest.raises(ValidationError, match="牵头单位"):
            projects.publicize(project, actor=chief, at=day(1))

    def test_starts_the_day_after_its_end(self, chief):
        project = bring(S.PUBLICIZED)
        assert project.publicity_ends_on == day(8).date()
        with pytest.raises(ValidationError, match="公示到 2026年9月15日 为止"):
            projects.start(project, actor=chief, at=day(8))
        assert projects.start(project, actor=chief, at=day(9)).status == S.IMPLEMENTING

    def test_no_lead_no_start(self, chief):
        project = bring(S.PUBLICIZED)
        Project.objects.update(unit=None)
        with pytest.raises(ValidationError, match="还没有牵头单位"):
            projects.start(project, actor=chief, at=day(9))

    def test_objection_is_answered_before_the_start(self, chief):
        project = bring(S.PUBLICIZED)
        projects.record_objection(project, actor=chief, note="太贵", at=day(2))
        with pytest.raises(ValidationError) as caught:
            projects.start(project, actor=chief, at=day(9))
        assert "note" in caught.value.message_dict
        assert projects.start(project, actor=chief, note="已比价", at=day(9)).status == S.IMPLEMENTING

    def test_what_was_posted_stands(self, chief):
        project = bring(S.PUBLICIZED)
        with pytest.raises(ValidationError) as caught:
            projects.change_project(project, actor=chief, budget=2, name="别的", leader="王主任")
        assert set(caught.value.message_dict) == {"budget", "name"}
        projects.withdraw_publicity(project, actor=chief, reason="改预算", at=day(3))
        project = projects.change_project(project, actor=chief, budget=2, at=day(3))
        assert project.budget == 2 and project.publicity_ends_on is None
        assert project.events.last().note == "更正信息：预算：1000.00 → 2"
        assert projects.publicize(project, actor=chief, at=day(4)).publicity_ends_on == day(11).date()


class TestInspection:
    def test_gates(self, chief):
        project = bring(S.IMPLEMENTING)
        fields = {"actor": chief, "outcome": "灯都亮了。", "beneficiaries": 120}
        with pytest.raises(ValidationError, match="100%"):
            projects.submit_for_inspection(project, **fields)
        projects.report_progress(project, actor=chief, progress=100)
        projects.add_evidence(project, actor=chief, photos=[photo()], stage="during")
        with pytest.raises(ValidationError, match="完成后"):
            projects.submit_for_inspection(project, **fields)
        projects.add_evidence(project, actor=chief, photos=[photo()], stage="after")
        for name in ("outcome", "beneficiaries"):
            with pytest.raises(ValidationError) as caught:
                projects.submit_for_inspection(project, **{**fields, name: "" if name == "outcome" else 0})
            assert name in caught.value.message_dict
        project = projects.submit_for_inspection(project, **fields)
        assert (project.status, project.outcome, project.beneficiaries) == (S.INSPECTING, "灯都亮了。", 120)

    def test_failed_goes_back_to_work(self, chief):
        project = bring(S.INSPECTING)
        with pytest.raises(ValidationError):
            projects.fail_inspection(project, actor=chief, reason=" ")
        assert projects.fail_inspection(project, actor=chief, reason="没补平").status == S.IMPLEMENTING
        with pytest.raises(ValidationError, match="旧页面"):
            projects.fail_inspection(project, actor=chief, reason="没补平")

    def test_closing_finishes_the_chosen_needs(self, chief, community):
        waiting, served, untouched = (
            make.make_need(status, community=community, clock=START) for status in ("accepted", "accepted", "accepted")
        )
        project = bring(S.INSPECTING, community, chief=chief, needs=[waiting, served, untouched])
        dispatched = make.make_need("dispatched", community=community, clock=START)
        project.needs.add(dispatched)
        assert set(projects.endable_needs(project, chief)) == {waiting, served, untouched}
        project = projects.pass_inspection(project, actor=chief, needs=[waiting, served], at=day(22))
        assert (project.status, project.closed_on) == (S.CLOSED, day(22).date())
        assert set(Need.objects.filter(status="done")) == {waiting, served}
        assert "灯都亮了" in waiting.events.last().note

    def test_a_need_that_moved_on_stops_it_all(self, chief, community):
        need = make.make_need("accepted", community=community, clock=START)
        project = bring(S.INSPECTING, community, needs=[need])
        stale = Need.objects.get(pk=need.pk)
        Need.objects.filter(pk=need.pk).update(status="withdrawn")
        with pytest.raises(ValidationError):
            projects.pass_inspection(project, actor=chief, needs=[stale])
        project.refresh_from_db()
        assert project.status == S.INSPECTING

    def test_stopping_wants_a_reason(self, chief):
        project = bring(S.IMPLEMENTING)
        with pytest.raises(ValidationError):
            projects.stop(project, actor=chief, reason="")
        assert projects.stop(project, actor=chief, reason="市政统一改造").stop_reason == "市政统一改造"


class TestReminders:
    @pytest.mark.parametrize(
        ("status", "at", "words"),
        [
            (S.PUBLICIZED, day(8), None),
            (S.PUBLICIZED, day(9), "公示已期满"),
            (S.IMPLEMENTING, day(20), None),
            (S.IMPLEMENTING, day(54), "将在 11月06日 到期"),
            (S.IMPLEMENTING, day(61), "已超期"),
            (S.CLOSED, day(90), None),
        ],
    )
    def test_say_once_what_the_day_makes_due(self, status, at, words, community):
        clerk = clerk_of(community)
        project = bring(status, community)
        Notification.objects.all().delete()
        for later in (timedelta(), timedelta(hours=6)):
            projects.remind_project(project, at=at + later)
            project.progress += 5  # which is no news of the day
        told = list(clerk.notifications.values_list("text", flat=True))
        assert len(told) == (1 if words else 0)
        assert not words or words in told[0]


def test_every_act_is_an_event_of_its_actor(chief):
    project = bring(S.CLOSED, chief=chief)
    events = list(ProjectEvent.objects.filter(project=project).order_by("at", "pk"))
    assert [event.to_status for event in events if event.from_status != event.to_status] == [
        "proposed",
        "publicized",
        "implementing",
        "inspecting",
        "closed",
    ]
    assert {event.actor for event in events} == {chief}
