"""揭榜: opened, applied for in confidence, decided once, with a reason for everybody."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Notification
from checklists.models import Bid, Project
from checklists.services import bids, projects
from tests import factories as make
from tests.checklists.projects import S, bring, day
from tests.races import race, won

pytestmark = pytest.mark.django_db
B = Bid.Status


@pytest.fixture
def chief():
    return make.make_superuser()


@pytest.fixture
def project(chief):
    return bids.open_bidding(bring(S.PROPOSED, unit=None), actor=chief, closes_on=day(5).date(), at=day(1))


def liaison_of(project):
    return make.make_liaison(make.make_unit(project.community.organization))


def bid_by(liaison, project, at=None, budget="800.00"):
    unit = liaison.liaised_units.get()
    return bids.submit_bid(project, unit=unit, actor=liaison, plan="派人去做", budget=Decimal(budget), at=at or day(2))


class TestOpening:
    def test_tells_the_units_of_the_community(self, chief):
        project = bring(S.PROPOSED, unit=None)
        mine, foreign = liaison_of(project), make.make_liaison(make.make_unit())
        bids.open_bidding(project, actor=chief, at=day(1))
        assert mine.notifications.filter(text__contains="可揭榜").exists()
        assert not foreign.notifications.exists()
        project.refresh_from_db()
        assert project.bids_close_on == day(11).date()

    def test_refuses_a_project_that_has_its_lead(self, chief):
        with pytest.raises(ValidationError, match="已有牵头单位"):
            bids.open_bidding(bring(S.PROPOSED), actor=chief)


class TestBidding:
    def test_one_standing_bid_per_unit(self, project):
        liaison = liaison_of(project)
        first = bid_by(liaison, project)
        with pytest.raises(ValidationError, match="已经揭榜"):
            bid_by(liaison, project)
        assert bids.withdraw_bid(first, actor=liaison).status == B.WITHDRAWN
        assert bid_by(liaison, project).status == B.SUBMITTED

    def test_closes_after_its_last_day(self, project):
        liaison = liaison_of(project)
        with pytest.raises(ValidationError, match="已经结束"):
            bid_by(liaison, project, at=day(6))
        assert bid_by(liaison, project, at=day(5)).pk

    def test_is_for_units_of_the_community(self, project):
        stranger = make.make_liaison(make.make_unit())
        with pytest.raises(PermissionDenied):
            bid_by(stranger, project)
        with pytest.raises(PermissionDenied):  # nor in another unit's name
            other = make.make_unit(project.community.organization)
            bids.submit_bid(project, unit=other, actor=liaison_of(project), plan="做", budget=1, at=day(2))

    def test_rivals_do_not_read_it(self, project):
        mine, rival = liaison_of(project), liaison_of(project)
        bid = bid_by(mine, project)
        clerk = make.make_post(role="community_staff", organization=project.community.organization)
        assert [list(Bid.objects.visible_to(user)) for user in (mine, clerk, rival)] == [[bid], [bid], []]
        with pytest.raises(PermissionDenied):
            bids.withdraw_bid(bid, actor=rival)
        Project.objects.update(bids_close_on="2099-01-01")
        assert Project.objects.visible_to(rival).exists() and not Project.objects.editable_by(rival).exists()


class TestChoosing:
    def test_one_leads_and_the_others_read_why(self, project, chief):
        winner, loser, gone = (liaison_of(project) for _ in range(3))
        chosen, declined = bid_by(winner, project), bid_by(loser, project)
        bids.withdraw_bid(bid_by(gone, project), actor=gone)
        Notification.objects.all().delete()
        bids.choose_bid(chosen, actor=chief, reason="方案具体", at=day(6))
        project.refresh_from_db()
        declined.refresh_from_db()
        assert (project.unit, project.is_open_to_bids) == (chosen.unit, False)
        assert declined.status == B.DECLINED and declined.reason == f"已选定{chosen.unit}：方案具体"
        assert sorted(project.bids.values_list("status", flat=True)) == [B.CHOSEN, B.DECLINED, B.WITHDRAWN]
        assert winner.notifications.count() == loser.notifications.count() == 1
        assert not gone.notifications.exists()
        assert not Project.objects.visible_to(loser).exists() and Project.objects.led_by(winner).get() == project

    def test_waits_for_the_last_day_and_wants_a_reason(self, project, chief):
        bid = bid_by(liaison_of(project), project)
        with pytest.raises(ValidationError, match="截止后再选定"):
            bids.choose_bid(bid, actor=chief, reason="好", at=day(5))
        with pytest.raises(ValidationError) as caught:
            bids.choose_bid(bid, actor=chief, reason=" ", at=day(6))
        assert "reason" in caught.value.message_dict

    def test_is_final(self, project, chief):
        first, second = (bid_by(liaison_of(project), project) for _ in range(2))
        for _ in range(2):
            assert bids.choose_bid(first, actor=chief, reason="好", at=day(6)).status == B.CHOSEN
        with pytest.raises(ValidationError):
            bids.choose_bid(second, actor=chief, reason="更好", at=day(6))
        with pytest.raises(ValidationError):
            bids.withdraw_bid(first, actor=first.submitted_by)

    def test_is_the_communitys_alone(self, project):
        liaison = liaison_of(project)
        bid = bid_by(liaison, project)
        for stranger in (liaison, make.make_post(role="community_staff", organization=make.make_organization())):
            with pytest.raises(PermissionDenied):
                bids.choose_bid(bid, actor=stranger, reason="好", at=day(6))

    def test_stopping_the_project_ends_the_bids(self, project, chief):
        bid = bid_by(liaison_of(project), project)
        projects.stop(project, actor=chief, reason="不做了")
        bid.refresh_from_db()
        assert (bid.status, bid.reason) == (B.DECLINED, "项目已终止。")

    def test_naming_a_lead_directly_waits_for_the_bids(self, project, chief):
        bid_by(liaison_of(project), project)
        with pytest.raises(ValidationError, match="揭榜单位里选定"):
            projects.change_project(project, actor=chief, unit=make.make_unit(project.community.organization))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_choices_at_once_choose_one(self, project, chief):
        rows = [bid_by(liaison_of(project), project) for _ in range(4)]
        calls = [lambda bid=bid: bids.choose_bid(bid, actor=chief, reason="好", at=day(6)) for bid in rows]
        results = race(*calls)
        assert len(won(results)) == 1
        project.refresh_from_db()
        assert project.unit == won(results)[0].unit
        assert sorted(project.bids.values_list("status", flat=True)) == [B.CHOSEN] + [B.DECLINED] * 3

    def test_choice_and_withdrawal_leave_one_truth(self, project, chief):
        bid = bid_by(liaison_of(project), project)
        results = race(
            lambda: bids.choose_bid(bid, actor=chief, reason="好", at=day(6)),
            lambda: bids.withdraw_bid(bid, actor=bid.submitted_by),
        )
        assert len(won(results)) == 1
        bid.refresh_from_db()
        project.refresh_from_db()
        assert (bid.status == B.CHOSEN) == (project.unit_id == bid.unit_id)

    def test_two_clicks_are_one_bid(self, project):
        liaison = liaison_of(project)
        results = race(*[lambda: bid_by(liaison, project)] * 3)
        assert len(won(results)) == 1 and project.bids.count() == 1
