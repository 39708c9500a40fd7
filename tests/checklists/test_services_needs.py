"""The life of a need: filing, deadlines, suspension, and two people at once."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import PrivacyNotice
from checklists import tasks
from checklists.models import Need, NeedEvent
from checklists.services import needs
from organizations.services.calendars import working_time
from tests import factories as make
from tests.races import race, won

S, Party = Need.Status, NeedEvent.Party
at = make.at


def told(model=Need, **filters):
    return model.objects.get(**filters)


@pytest.mark.django_db
class TestFiling:
    def test_need_has_a_code_deadlines_a_notice_and_one_event(self):
        need = needs.submit_need(make.new_need(), actor=Party.RESIDENT, at=at("2026-11-20 17:30"))
        assert len(need.code) == 8 and not set(need.code) & set("01OIL")
        # Friday evening: half an hour left, then Monday's seven and a half.
        assert need.respond_by == at("2026-11-23 17:30")
        assert need.handle_by == at("2026-11-27 17:30")
        event = need.events.get()
        assert (event.from_status, event.to_status, event.party, event.actor) == ("", S.SUBMITTED, "resident", None)
        assert need.notice == PrivacyNotice.objects.in_force(timezone.localdate()).first()

    def test_automatic_acceptance(self):
        category = make.make_category(auto_accept=True)
        need = needs.submit_need(make.new_need(category=category), actor=Party.RESIDENT)
        assert (need.status, need.responded_at, need.match_due_at) == (S.ACCEPTED, *[need.submitted_at] * 2)
        assert list(need.events.values_list("party", flat=True)) == ["resident", "system"]

    def test_emergency_is_told_and_kept_out(self):
        category = make.make_category(emergency_notice="请立即拨打 119。")
        with pytest.raises(ValidationError) as refusal:
            needs.submit_need(make.new_need(category=category), actor=Party.RESIDENT)
        assert refusal.value.message_dict == {"category": ["请立即拨打 119。"]}
        assert not Need.objects.exists()

    def test_without_a_notice_nothing_is_collected(self):
        PrivacyNotice.objects.update(effective_on=timezone.localdate() + timedelta(days=1))
        with pytest.raises(ValidationError, match="隐私告知书"):
            needs.submit_need(make.new_need(), actor=Party.RESIDENT)

    def test_wrong_phone_is_refused_in_words(self):
        with pytest.raises(ValidationError) as refusal:
            needs.submit_need(make.new_need(contact_phone="1380000"), actor=Party.RESIDENT)
        assert refusal.value.message_dict == {"contact_phone": ["手机号要 11 位，您填了 7 位。"]}

    def test_building_of_another_community_is_refused(self):
        need = make.new_need(building=make.make_building())
        need.community = make.make_community()
        with pytest.raises(ValidationError) as refusal:
            needs.submit_need(need, actor=Party.RESIDENT)
        assert set(refusal.value.message_dict) == {"building"}

    def test_staff_file_for_their_own_ground(self):
        community = make.make_community()
        clerk = make.make_post(organization=community.organization)
        need = needs.submit_need(make.new_need(community, channel="phone"), actor=clerk)
        event = need.events.get()
        assert (need.filed_by, event.actor, event.note, event.party) == (clerk, clerk, "电话代办登记", "staff")
        for stranger in (clerk, make.make_user(), make.make_post(role="supervisor")):
            with pytest.raises(PermissionDenied):
                needs.submit_need(make.new_need(), actor=stranger)

    def test_grid_worker_files_for_the_grid(self):
        grid = make.make_grid(community := make.make_community())
        worker = make.make_post(role="grid_worker", organization=community.organization)
        make.make_duty(grid=grid, user=worker)
        assert needs.submit_need(make.new_need(community), actor=worker).filed_by == worker


@pytest.mark.django_db
class TestSuspension:
    def suspended(self, status=S.TAKEN):
        need = make.make_need(status, clock=at("2026-11-16 09:00"))
        start, until = at("2026-11-17 09:00"), at("2026-11-20 00:00").date()
        needs.suspend(need, actor=make.make_superuser(), reason="等配件", until=until, at=start)
        return told(pk=need.pk)

    def test_deadline_moves_by_the_office_time_that_passed(self):
        need = self.suspended()
        before, end = need.handle_by, at("2026-11-19 15:00")
        need = needs.resume(need, actor=make.make_superuser(), at=end)
        paused = working_time(at("2026-11-17 09:00"), end)
        assert paused == timedelta(hours=20.5)
        assert working_time(before, need.handle_by) == paused
        assert (need.suspended_at, need.suspended_until, need.deadline) == (None, None, need.handle_by)

    def test_nothing_runs_out_meanwhile(self):
        need = self.suspended()
        assert need.deadline is None
        assert not Need.objects.overdue(at("2030-01-01 09:00")).filter(pk=need.pk).exists()

    @pytest.mark.parametrize("how", ["decline", "recall"])
    def test_deadline_moves_also_when_the_unit_gives_it_back(self, how):
        from checklists.services import dispatches

        need = self.suspended()
        row, end = need.dispatches.get(), at("2026-11-18 09:00")
        if how == "decline":
            dispatches.decline(row, actor=Party.UNIT, reason="no_time", at=end)
        else:
            dispatches.recall(row, actor=make.make_superuser(), at=end)
        after = told(pk=need.pk)
        assert (after.status, after.suspended_at) == (S.ACCEPTED, None)
        assert working_time(need.handle_by, after.handle_by) == timedelta(hours=8)

    def test_it_ends_by_itself_on_its_day(self):
        need = self.suspended(S.ACCEPTED)
        tasks.resume_need(need.pk)
        need.refresh_from_db()
        event = need.events.last()
        assert (need.status, event.party, event.note) == (S.ACCEPTED, "system", "挂起到期，自动恢复")
        assert need.match_due_at is not None
        tasks.resume_need(need.pk)  # the second task finds nothing to do

    def test_withdrawn_while_suspended_frees_the_unit(self):
        need = self.suspended()
        needs.withdraw(need, actor=Party.RESIDENT)
        row = need.dispatches.get()
        assert (row.status, row.resource.reserved) == ("recalled", 0)


@pytest.mark.django_db
class TestCorrections:
    def test_new_category_brings_its_deadline_and_a_new_ranking(self):
        need = make.make_need(S.ACCEPTED, clock=at("2026-11-16 09:00"))
        quick = make.make_category("电梯困人", handling_hours=8)
        Need.objects.filter(pk=need.pk).update(match_due_at=None)
        need = needs.correct(need, actor=make.make_superuser(), category=quick)
        assert need.handle_by == at("2026-11-17 09:00")
        assert need.match_due_at is not None
        assert "类别" in need.events.last().note

    def test_other_corrections_leave_the_deadline_alone(self):
        need = make.make_need(S.REOPENED)
        before = need.handle_by
        assert needs.correct(need, actor=make.make_superuser(), people_count=3).handle_by == before


@pytest.mark.django_db
class TestReminders:
    def test_own_staff_hear_once(self):
        need = make.make_need()
        clerk = make.make_post(organization=need.community.organization)
        above = make.make_post(role="street_staff", organization=need.community.organization.parent)
        for _ in range(2):
            tasks.remind_deadline(need.pk)
        assert need.spoken_code in clerk.notifications.get().text
        assert not above.notifications.exists()

    def test_closing_of_what_was_rated_and_of_what_was_not(self):
        long_ago = timezone.now() - timedelta(days=60)
        silent, rated = (make.make_need(status, clock=long_ago) for status in (S.DONE, S.RATED))
        fresh = make.make_need(S.DONE)
        reopened = make.make_need(S.REOPENED)
        for need in (silent, rated, reopened):
            tasks.close_need(need.pk)
        statuses = [told(pk=need.pk).status for need in (silent, rated, fresh, reopened)]
        assert statuses == [S.CLOSED, S.CLOSED, S.DONE, S.REOPENED]


@pytest.mark.django_db
class TestScope:
    """Somebody may be supervisor here and clerk there: the right reaches as far as the post that gives it."""

    def test_supervisor_here_and_clerk_there(self):
        here, there = make.make_need(), make.make_need()
        user = make.make_post(role="supervisor", organization=here.community.organization)
        user = make.make_post(user, "community_staff", there.community.organization)
        assert set(Need.objects.visible_to(user)) == {here, there}
        assert set(Need.objects.editable_by(user)) == {there}
        with pytest.raises(PermissionDenied):
            needs.accept(here, actor=user)

    def test_grid_worker_here_and_clerk_there(self):
        building = make.make_building()
        grid = make.make_grid(building.quarter.community)
        type(building).objects.filter(pk=building.pk).update(grid=grid)
        here, there = make.make_need(building=building), make.make_need()
        user = make.make_post(role="grid_worker", organization=here.community.organization)
        make.make_duty(grid=grid, user=user)
        user = make.make_post(user, "community_staff", there.community.organization)
        assert set(Need.objects.visible_to(user)) == {here, there}
        assert set(Need.objects.editable_by(user)) == {there}

    def test_liaison_here_and_clerk_there(self):
        here, there = make.make_need(S.TAKEN), make.make_need()
        user = make.make_liaison(here.dispatches.get().resource.unit)
        user = make.make_post(user, "community_staff", there.community.organization)
        assert set(Need.objects.visible_to(user)) == {here, there}
        assert set(Need.objects.editable_by(user)) == {there}

    def test_unit_sees_a_need_only_while_it_has_to_do_with_it(self):
        need = make.make_need(S.DISPATCHED)
        row = need.dispatches.get()
        liaison = make.make_liaison(row.resource.unit)
        assert set(Need.objects.visible_to(liaison)) == {need}
        type(row).objects.filter(pk=row.pk).update(status="declined", reason="no_time")
        assert not Need.objects.visible_to(liaison).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_same_change_by_many_is_one_event(self):
        need, chief = make.make_need(), make.make_superuser()
        assert len(won(race(*[partial(needs.accept, need, actor=chief)] * 6))) == 6
        assert need.events.filter(to_status=S.ACCEPTED).count() == 1

    def test_accept_and_reject_at_once_leave_an_unbroken_chain(self):
        chief = make.make_superuser()
        for _ in range(5):
            need = make.make_need()
            race(
                partial(needs.accept, need, actor=chief),
                partial(needs.reject, need, actor=chief, reason="不归我们"),
                partial(needs.withdraw, need, actor=Party.RESIDENT),
            )
            need.refresh_from_db()
            assert need.events.last().to_status == need.status
            assert need.status in (S.REJECTED, S.WITHDRAWN)

    def test_two_needs_merged_into_each_other(self):
        chief = make.make_superuser()
        for _ in range(8):
            one = make.make_need()
            other = make.make_need(community=one.community, category=one.category)
            results = race(
                partial(needs.merge, one, into=other, actor=chief), partial(needs.merge, other, into=one, actor=chief)
            )
            assert len(won(results)) == 1
            assert sorted(told(pk=need.pk).status for need in (one, other)) == [S.MERGED, S.SUBMITTED]

    def test_ring_of_merges(self):
        chief = make.make_superuser()
        for _ in range(5):
            ring = [make.make_need()]
            ring += [make.make_need(community=ring[0].community, category=ring[0].category) for _ in range(3)]
            race(*(partial(needs.merge, need, into=ring[place - 1], actor=chief) for place, need in enumerate(ring)))
            left = Need.objects.filter(pk__in=[need.pk for need in ring]).exclude(status=S.MERGED)
            assert left.exists()
            for need in Need.objects.filter(merged_into__in=ring):
                assert need.merged_into in left, "every merged need points at one that goes on"

    def test_merge_of_an_old_page_does_not_deadlock_with_the_unit(self):
        from checklists.services import dispatches

        chief = make.make_superuser()
        for _ in range(8):
            need = make.make_need(S.DISPATCHED)
            into = make.make_need(community=need.community, category=need.category)
            results = race(
                partial(dispatches.take, need.dispatches.get(), actor=Party.UNIT),
                partial(needs.merge, need, into=into, actor=chief),
            )
            assert len(won(results)) == 1 and told(pk=need.pk).status == S.TAKEN

    def test_whoever_waits_for_a_correction_of_the_category_still_finds_the_need(self):
        chief = make.make_superuser()
        for _ in range(5):
            need, other = make.make_need(), make.make_category()
            results = race(
                partial(needs.correct, need, actor=chief, category=other),
                *[partial(needs.supplement, need, actor=chief, note="补充")] * 4,
            )
            assert len(won(results)) == 5
            assert told(pk=need.pk).category == other
