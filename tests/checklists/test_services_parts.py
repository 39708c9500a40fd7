"""拆分: parts that close the whole, once, however they end."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from checklists import tasks
from checklists.models import Dispatch, Need, NeedEvent
from checklists.services import dispatches, needs
from tests import factories as make
from tests.races import race, won

S, Party = Need.Status, NeedEvent.Party


def split(count=2, **fields):
    """(the split need, its parts, a superuser)."""
    chief, need = make.make_superuser(), make.make_need("accepted", **fields)
    parts = [(make.make_category(f"第{number}类"), f"要办的第{number}件", number) for number in range(1, count + 1)]
    need = needs.split(need, parts=parts, actor=chief)
    return need, list(needs.parts_of(need)), chief


def serve(part, chief, note="换好了"):
    needs.start_own_service(part, actor=chief)
    return needs.finish(part, actor=chief, note=note)


def settle(need):
    needs.settle_split(need)
    need.refresh_from_db()
    return need.status


@pytest.mark.django_db
class TestSplitting:
    def test_parts_are_the_residents_need_in_all_but_what_is_to_be_done(self):
        need, parts, _ = split(3)
        assert need.status == S.SPLIT and need.deadline == need.handle_by
        assert need.events.last().note == "分成 3 件一起办：第1类、第2类、第3类"
        for number, part in enumerate(parts, start=1):
            assert (part.status, part.text, part.people_count) == (S.ACCEPTED, f"要办的第{number}件", number)
            assert (part.community, part.contact_phone, part.handle_by) == (
                need.community,
                need.contact_phone,
                need.handle_by,
            )
            assert part.code != need.code and part.match_due_at is not None
            assert part.events.get().note == f"由 {need.spoken_code} 拆分"

    @pytest.mark.parametrize("count", [1, 11])
    def test_too_few_and_too_many_are_refused(self, count):
        with pytest.raises(ValidationError, match="2 到 10 件"):
            split(count)
        assert not Need.objects.exclude(parent=None).exists()

    def test_second_click_and_part_of_a_part(self):
        need, parts, chief = split()
        assert needs.split(need, parts=[], actor=chief).status == S.SPLIT
        two = [(parts[0].category, "甲", 1), (parts[0].category, "乙", 1)]
        with pytest.raises(ValidationError, match="不能再拆"):
            needs.split(parts[0], parts=two, actor=chief)
        assert need.sub_needs.count() == 2

    def test_strangers_split_nothing(self):
        need = make.make_need("accepted")
        two = [(need.category, "甲", 1), (need.category, "乙", 1)]
        with pytest.raises(PermissionDenied):
            needs.split(need, parts=two, actor=make.make_post(organization=make.make_organization()))
        assert not need.sub_needs.exists()

    def test_unit_serves_a_part(self):
        need, (one, _), chief = split()
        resource = make.make_resource(make.make_unit(need.community.organization), one.category)
        row = dispatches.dispatch(one, resource, actor=chief)
        dispatches.take(row, actor=Party.UNIT)
        dispatches.finish_dispatch(row, actor=Party.UNIT, note="装好了")
        one.refresh_from_db()
        assert one.status == S.DONE


@pytest.mark.django_db
class TestSettling:
    def test_last_part_brings_the_whole_to_done_with_all_results(self, django_capture_on_commit_callbacks):
        need, (one, other), chief = split()
        serve(one, chief, "扶手装好")
        assert settle(need) == S.SPLIT
        needs.reject(other, actor=chief, reason="不用了")
        assert settle(need) == S.DONE
        event = need.events.last()
        assert (event.party, event.is_note_public) == ("system", True)
        assert event.note == "2 件里办好 1 件。第1类：扶手装好\n第2类：没有办成"
        assert needs.rate(need, actor=Party.RESIDENT, satisfaction="satisfied", is_solved=True).status == S.RATED

    def test_when_all_fell_the_whole_waits_again_and_may_be_cut_anew(self):
        need, parts, chief = split()
        for part in parts:
            needs.withdraw(part, actor=chief, note="居民不要了")
        assert settle(need) == S.ACCEPTED and need.match_due_at is not None
        two = [(parts[0].category, "甲", 1), (parts[0].category, "乙", 1)]
        needs.split(need, parts=two, actor=chief)
        assert [part.text for part in needs.parts_of(need)] == ["甲", "乙"]
        for part in needs.parts_of(need):
            serve(part, chief)
        assert settle(need) == S.DONE and need.events.last().note.startswith("2 件都办好了。")

    def test_lost_task_is_found_by_the_sweep(self):
        need, parts, chief = split()
        other, _, _ = split()
        for part in parts:
            serve(part, chief)
        assert list(Need.objects.ended_in_parts()) == [need]
        tasks.settle_split(need.pk)
        tasks.settle_split(other.pk)
        assert list(Need.objects.filter(status=S.SPLIT)) == [other]

    def test_long_results_fit_into_an_events_note(self):
        need, parts, chief = split(4)
        for part in parts:
            serve(part, chief, "好" * 480)
        assert settle(need) == S.DONE
        assert len(need.events.last().note) <= 500 and "第4类" in need.events.last().note

    def test_withdrawing_the_whole_takes_the_parts_and_their_dispatches_back(self):
        need, (one, other), chief = split()
        resource = make.make_resource(make.make_unit(need.community.organization), one.category)
        dispatches.dispatch(one, resource, actor=chief)
        serve(other, chief)
        needs.withdraw(need, actor=Party.RESIDENT)
        statuses = set(Need.objects.values_list("status", flat=True))
        assert statuses == {S.WITHDRAWN, S.DONE}  # what was done stays done
        resource.refresh_from_db()
        assert (resource.reserved, Dispatch.objects.get().status) == (0, "recalled")

    def test_parts_are_neither_rated_nor_reopened_merged_or_asked_about(self):
        need, (one, other), chief = split()
        for act in (
            partial(needs.ask, one, "几点在家", actor=chief),
            partial(needs.merge, one, into=make.make_need(community=need.community), actor=chief),
            partial(needs.merge, make.make_need(community=need.community), into=other, actor=chief),
        ):
            with pytest.raises(ValidationError):
                act()
        serve(one, chief)
        one.refresh_from_db()
        with pytest.raises(ValidationError, match=need.spoken_code):
            needs.rate(one, actor=Party.RESIDENT, satisfaction="satisfied", is_solved=True)
        with pytest.raises(ValidationError, match=need.spoken_code):
            needs.reopen(one, actor=Party.RESIDENT, reason="没好")
        assert not needs.can_reopen(one)
        later = one.done_at + timedelta(days=30)
        assert not Need.objects.awaiting_follow_up(later, timedelta(days=1)).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    def test_two_last_parts_close_the_whole_once(self):
        for _ in range(5):
            need, (one, other), chief = split()
            for part in (one, other):
                needs.start_own_service(part, actor=chief)

            def finish(part, whole=need, actor=chief):
                needs.finish(part, actor=actor, note="好了")
                return needs.settle_split(whole).status

            results = race(partial(finish, one), partial(finish, other))
            assert S.DONE in results
            assert need.events.filter(to_status=S.DONE).count() == 1

    def test_withdrawn_while_a_part_is_finished_and_another_dispatched(self):
        for _ in range(5):
            need, (one, other), chief = split()
            needs.start_own_service(one, actor=chief)
            resource = make.make_resource(make.make_unit(need.community.organization), other.category)
            results = race(
                partial(needs.withdraw, need, actor=Party.RESIDENT),
                partial(needs.finish, one, actor=chief, note="好了"),
                partial(dispatches.dispatch, other, resource, actor=chief),
            )
            assert won(results)
            needs.settle_split(need)
            need.refresh_from_db()
            if need.status == S.WITHDRAWN:
                assert (
                    not need.sub_needs.open().exists()
                    and not Dispatch.objects.open().filter(need__parent=need).exists()
                )
