from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from govern.fields import blind_index
from grids.models import Duty
from grids.services.duties import end_duty, succeed
from organizations.models import Organization
from organizations.services import dissolve_organization
from tests import factories as make
from tests.races import race, won
from tests.volunteers.people import make_volunteer
from tests.volunteers.positions import make_claim, make_clerk, make_holding, make_position
from volunteers.models import Holding, Position, Report, Skill
from volunteers.services import holdings, positions, reports
from volunteers.services.facts import change_phone
from volunteers.services.people import account_of

TODAY = timezone.localdate
Kind, Status = Position.Kind, Holding.Status
DAY = timedelta(days=1)


def fresh(*rows):
    for row in rows:
        row.refresh_from_db()
    return [row.status for row in rows]


@pytest.fixture
def community(db):
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


class TestClaim:
    def test_places_first_then_the_line_and_again_is_the_same(self, community):
        position = make_position(community, headcount=2)
        rows = [make_claim(position) for _ in range(4)]
        assert fresh(*rows) == [Status.CLAIMED, Status.CLAIMED, Status.WAITING, Status.WAITING]
        assert make_claim(position, rows[0].volunteer) == rows[0]
        assert Holding.objects.count() == 4

    def test_what_is_lacking_is_told_and_refused(self, community):
        skill = Skill.objects.first()
        position = make_position(community, skills=[skill], is_for_members=True, least_age=18, needs_insurance=True)
        volunteer = make_volunteer(community, has_account=True, born_on=TODAY() - 16 * 365 * DAY, guardian_name="陈母",
                                   guardian_phone="13800000001")  # fmt: skip
        told = holdings.lacking(volunteer, position)
        assert len(told) == 4
        with pytest.raises(ValidationError) as refusal:
            make_claim(position, volunteer)
        assert len(refusal.value.messages) == 4

    def test_a_household_is_a_members_whatever_the_post_says(self, community):
        with pytest.raises(ValidationError, match="只限党员"):
            make_claim(make_position(community, kind=Kind.HOUSEHOLD))

    def test_not_when_closed_or_past_its_term_nor_for_others(self, community):
        volunteer, other = (make_volunteer(community, has_account=True) for _ in range(2))
        for fields in ({"status": "closed"}, {"status": "drafted"}, {"ends_on": TODAY() - DAY}):
            fields.setdefault("starts_on", TODAY() - 9 * DAY)
            with pytest.raises(ValidationError, match="不招人"):
                make_claim(make_position(community, **fields), volunteer)
        with pytest.raises(PermissionDenied):
            holdings.claim(make_position(community), volunteer, actor=other.user)
        stranger = make_clerk(make.make_community())
        with pytest.raises(PermissionDenied):
            holdings.claim(make_position(community), volunteer, actor=stranger)
        assert holdings.claim(make_position(community), volunteer, actor=make_clerk(community)).status == "claimed"

    def test_the_line_moves_up_when_somebody_leaves_it(self, community, clerk):
        position = make_position(community)
        one, two, three = (make_claim(position) for _ in range(3))
        holdings.withdraw(one, actor=one.volunteer.user)
        assert fresh(one, two, three) == [Status.WITHDRAWN, Status.CLAIMED, Status.WAITING]
        assert Notification.objects.filter(recipient=two.volunteer.user, text__contains="转为待确认").exists()
        with pytest.raises(ValidationError):
            holdings.decline(two, reason=" ", actor=clerk)
        holdings.decline(two, reason="时间不合适", actor=clerk)
        assert fresh(two, three) == [Status.DECLINED, Status.CLAIMED]
        assert holdings.withdraw(one, actor=one.volunteer.user).status == Status.WITHDRAWN

    def test_only_the_person_withdraws(self, community):
        row = make_claim(make_position(community))
        with pytest.raises(PermissionDenied):
            holdings.withdraw(row, actor=account_of(make_volunteer(community)))


class TestConfirm:
    def test_never_more_than_there_are_places_and_a_waiting_one_may_come_first(self, community, clerk):
        position = make_position(community, headcount=1)
        claimed, waiting = make_claim(position), make_claim(position)
        holdings.confirm(waiting, actor=clerk)
        assert fresh(claimed, waiting) == [Status.WAITING, Status.HELD]
        with pytest.raises(ValidationError, match="名额已满"):
            holdings.confirm(claimed, actor=clerk)
        assert holdings.confirm(waiting, actor=clerk).status == Status.HELD

    def test_who_may(self, community):
        row = make_claim(make_position(community))
        for user in (row.volunteer.user, make_clerk(make.make_community())):
            with pytest.raises(PermissionDenied):
                holdings.confirm(row, actor=user)

    def test_within_the_term(self, community, clerk):
        position = make_position(community, starts_on=TODAY(), ends_on=TODAY() + 9 * DAY)
        row = make_claim(position)
        for day in (TODAY() - DAY, TODAY() + 10 * DAY):
            with pytest.raises(ValidationError) as refusal:
                holdings.confirm(row, actor=clerk, starts_on=day)
            assert "starts_on" in refusal.value.error_dict

    def test_the_report_has_its_post_and_waits_again_without(self, community, clerk):
        volunteer = make_volunteer(community, has_account=True)
        report = reports.submit_report(volunteer, community=community, source=Report.Source.SELF, actor=volunteer.user)
        reports.receive_report(report, actor=clerk)
        row = make_holding(make_position(community), volunteer, actor=clerk)
        assert fresh(report) == [Report.Status.POSTED]
        holdings.end_holding(row, reason="搬家", actor=clerk)
        assert fresh(report) == [Report.Status.CONTACTED]

    def test_a_post_elsewhere_is_told_to_the_community_of_the_report(self, community, clerk):
        volunteer = make_volunteer(community, has_account=True)
        report = reports.submit_report(volunteer, community=community, source=Report.Source.SELF, actor=volunteer.user)
        reports.receive_report(report, actor=clerk)
        make_holding(make_position(make.make_community()), volunteer)
        assert fresh(report) == [Report.Status.REGISTERED]
        assert Notification.objects.filter(recipient=clerk, text__contains="请在报到里安排岗位").exists()


class TestDuty:
    """楼栋长 and 兼职网格员: the duty is the truth."""

    def test_the_duty_is_appointed_and_ends_with_the_holding(self, community, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD, ends_on=TODAY() + 300 * DAY)
        row = make_holding(position, actor=clerk, is_public=True)
        duty = row.duty
        assert (duty.kind, duty.building, duty.name) == (Duty.Kind.BUILDING_HEAD, position.building, "陈志愿")
        assert (duty.ends_on, duty.publishes_phone, duty.user) == (position.ends_on, True, row.volunteer.user)
        holdings.end_holding(row, reason="搬家", actor=clerk)
        duty.refresh_from_db()
        assert duty.ends_on == TODAY()
        assert not Holding.objects.held().exists()

    def test_nobody_is_named_in_full_without_a_yes(self, community, clerk):
        quiet = make_holding(make_position(community, kind=Kind.GRID_WORKER), actor=clerk).duty
        open_ = make_holding(make_position(community, kind=Kind.GRID_WORKER), actor=clerk, is_public=True).duty
        assert (quiet.notice_name, quiet.notice_phone, quiet.employment) == ("陈**", "", "part_time")
        assert (open_.notice_name, open_.notice_phone) == ("陈志愿", open_.phone)

    def test_the_standing_duty_of_the_same_person_is_linked(self, community, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD)
        volunteer = make_volunteer(community, has_account=True)
        since = TODAY() - 400 * DAY
        duty = make.make_duty(
            Duty.Kind.BUILDING_HEAD, building=position.building, phone=volunteer.phone, starts_on=since
        )
        other = make_claim(position)
        assert other.status == Status.WAITING
        row = make_holding(position, volunteer, actor=clerk)
        assert (row.duty, row.since, Duty.objects.count()) == (duty, since, 1)
        with pytest.raises(ValidationError, match="名额已满"):
            holdings.confirm(other, actor=clerk)

    def test_a_head_entered_in_the_grids_has_the_place(self, community, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD)
        make.make_duty(Duty.Kind.BUILDING_HEAD, building=position.building)
        row = make_claim(position)
        assert row.status == Status.WAITING
        assert Position.objects.with_counts().get(pk=position.pk).is_covered
        with pytest.raises(ValidationError, match="已有楼栋长李强"):
            holdings.confirm(row, actor=clerk)

    def test_another_phone_is_the_dutys_too(self, community, clerk):
        row = make_holding(make_position(community, kind=Kind.BUILDING_HEAD), actor=clerk)
        change_phone(row.volunteer, "13855556666", actor=row.volunteer.user)
        assert Duty.objects.get().phone == "13855556666"
        assert Duty.objects.filter(phone_index=blind_index("13855556666")).exists()

    def test_a_full_time_worker_is_no_part_time_one(self, community, clerk):
        position = make_position(community, kind=Kind.GRID_WORKER)
        row = make_claim(position)
        make.make_duty(grid=position.grid, phone=row.volunteer.phone, employment="full_time")
        with pytest.raises(ValidationError, match="专职网格员"):
            holdings.confirm(row, actor=clerk)

    def test_ended_in_the_grids_it_is_over_here_at_once(self, community, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD)
        row, next_one = make_holding(position, actor=clerk, starts_on=TODAY()), make_claim(position)
        Duty.objects.update(starts_on=TODAY() - 30 * DAY)
        end_duty(Duty.objects.get(), on=TODAY() - DAY, actor=clerk)
        assert (Holding.objects.held().count(), Holding.objects.lapsed().get()) == (0, row)
        row = Holding.objects.get(pk=row.pk)
        assert row.is_over(TODAY())
        assert Position.objects.with_counts().get(pk=position.pk).held_count == 0
        positions.settle(position)
        assert fresh(row, next_one) == [Status.ENDED, Status.CLAIMED]
        assert row.ended_on == TODAY() - DAY
        assert Notification.objects.filter(recipient=row.volunteer.user, text__contains="结束").exists()

    def test_succeeded_in_the_grids_the_place_is_the_successors(self, community, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD)
        row = make_holding(position, actor=clerk)
        Duty.objects.update(starts_on=TODAY() - 30 * DAY)
        succeed(Duty.objects.get(), name="新人", phone="13811112222", actor=clerk)
        positions.settle(position)
        assert fresh(row) == [Status.ENDED]
        assert make_claim(position).status == Status.WAITING

    def test_handed_over_one_ends_and_another_begins(self, community, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD)
        row, heir = make_holding(position, actor=clerk, is_public=True), make_claim(position)
        with pytest.raises(ValidationError, match="晚于"):
            holdings.hand_over(row, to=heir, actor=clerk)
        assert fresh(row, heir) == [Status.HELD, Status.WAITING]
        Duty.objects.update(starts_on=TODAY() - 30 * DAY)
        holdings.hand_over(row, to=heir, actor=clerk)
        assert fresh(row, heir) == [Status.ENDED, Status.HELD]
        old, new = Duty.objects.order_by("starts_on")
        assert (old.ends_on, new.starts_on, new.publishes_phone) == (TODAY() - DAY, TODAY(), False)
        assert holdings.hand_over(row, to=heir, actor=clerk) == heir

    def test_confirmed_on_the_predecessors_last_day_it_begins_the_day_after(self, community, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD)
        row, heir = make_holding(position, actor=clerk), make_claim(position)
        holdings.end_holding(row, reason="搬家", actor=clerk)
        assert fresh(heir) == [Status.CLAIMED]
        assert holdings.confirm(heir, actor=clerk).duty.starts_on == TODAY() + DAY
        assert (Holding.objects.held().count(), Holding.objects.standing().get()) == (0, heir)


class TestHousehold:
    """党员中心户: the node of the tree is the truth."""

    @pytest.fixture
    def street(self, community):
        return make.make_post(role="street_staff", organization=community.organization.parent)

    @pytest.fixture
    def row(self, community, clerk):
        position = make_position(community, kind=Kind.HOUSEHOLD)
        member = make_volunteer(community, kind="member", has_account=True)
        return make_holding(position, member, actor=clerk)

    def test_the_node_is_founded_below_the_group_and_dissolved_with_it(self, row, clerk, street):
        node = row.household
        assert (node.name, node.kind, node.parent) == ("陈志愿户", "member_household", row.position.branch)
        with pytest.raises(PermissionDenied):
            holdings.end_holding(row, reason="搬家", actor=clerk)
        assert fresh(row) == [Status.HELD]
        holdings.end_holding(row, reason="搬家", actor=street)
        node.refresh_from_db()
        assert (fresh(row), node.dissolved_on) == ([Status.ENDED], TODAY())

    def test_a_standing_node_is_taken_if_it_is_nobodys(self, row, clerk, community):
        position = row.position
        position.headcount = 3
        position.save()
        node = make.make_organization(Organization.Kind.MEMBER_HOUSEHOLD, position.branch)
        one, two = (make_claim(position, make_volunteer(community, kind="member", has_account=True)) for _ in range(2))
        assert holdings.confirm(one, household=node, actor=clerk).household == node
        with pytest.raises(ValidationError) as refusal:
            holdings.confirm(two, household=node, actor=clerk)
        assert "household" in refusal.value.error_dict
        # A neighbour of the same name is in post already.
        assert holdings.confirm(two, actor=clerk).household.name == f"陈志愿户（{two.volunteer.code[-4:]}）"

    def test_a_standing_node_of_the_same_name_is_not_founded_twice(self, clerk, community):
        position = make_position(community, kind=Kind.HOUSEHOLD)
        make.make_organization(Organization.Kind.MEMBER_HOUSEHOLD, position.branch, name="陈志愿户")
        row = make_claim(position, make_volunteer(community, kind="member", has_account=True))
        with pytest.raises(ValidationError) as refusal:
            holdings.confirm(row, actor=clerk)
        assert "household" in refusal.value.error_dict

    def test_dissolved_elsewhere_it_is_over_here(self, row, street):
        dissolve_organization(row.household, actor=street, reason="搬家")
        assert not Holding.objects.held().exists()
        positions.settle(row.position)
        assert (fresh(row), row.ended_on) == ([Status.ENDED], TODAY())

    def test_the_group_is_merged_and_its_posts_go_along(self, row, street):
        other = make.make_organization(Organization.Kind.BUILDING_GROUP, row.position.branch.parent)
        with pytest.raises(ValidationError, match="岗位 1 项"):
            dissolve_organization(row.position.branch, actor=street, reason="合并")
        dissolve_organization(row.position.branch, heir=other, actor=street, reason="合并")
        row.position.refresh_from_db()
        row.household.refresh_from_db()
        assert (row.position.branch, row.household.parent, fresh(row)) == (other, other, [Status.HELD])


class TestWish:
    def test_it_is_told_and_changes_nothing(self, community, clerk):
        row = make_holding(make_position(community), actor=clerk)
        holdings.wish_to_leave(row, words="下月搬家，想交给王姐", actor=row.volunteer.user)
        assert (fresh(row), row.wish) == ([Status.HELD], "下月搬家，想交给王姐")
        assert Notification.objects.filter(recipient=clerk, text__contains="想离开岗位").count() == 1
        holdings.wish_to_leave(row, words="下月搬家，想交给王姐", actor=row.volunteer.user)
        assert Notification.objects.filter(recipient=clerk, text__contains="想离开岗位").count() == 1
        with pytest.raises(ValidationError, match="已在岗"):
            holdings.withdraw(row, actor=row.volunteer.user)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_many_claims_at_once_take_the_places_there_are(self):
        position = make_position(headcount=3)
        people = [make_volunteer(position.community, has_account=True) for _ in range(12)]
        results = race(*(lambda each=each: holdings.claim(position, each, actor=each.user) for each in people))
        assert len(won(results)) == 12
        counts = {status: Holding.objects.filter(status=status).count() for status in ("claimed", "waiting")}
        assert counts == {"claimed": 3, "waiting": 9}

    def test_confirmed_at_once_never_more_than_places(self):
        position = make_position(headcount=2)
        rows, clerk = [make_claim(position) for _ in range(8)], make_clerk(position.community)
        results = race(*(lambda row=row: holdings.confirm(row, actor=clerk) for row in rows))
        assert (len(won(results)), Holding.objects.held().count()) == (2, 2)

    def test_one_head_of_a_building(self):
        position = make_position(kind=Kind.BUILDING_HEAD)
        rows, clerk = [make_claim(position) for _ in range(4)], make_clerk(position.community)
        results = race(*(lambda row=row: holdings.confirm(row, actor=clerk) for row in rows))
        assert (len(won(results)), Duty.objects.count()) == (1, 1)

    def test_the_same_person_twice_is_one_claim(self):
        position = make_position(headcount=3)
        volunteer = make_volunteer(position.community, has_account=True)
        race(*(lambda: holdings.claim(position, volunteer, actor=volunteer.user) for _ in range(4)))
        assert Holding.objects.count() == 1
