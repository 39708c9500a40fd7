"""组织生活: the plan, the record, the roll."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from organizations.compliance import records
from organizations.models import Attendance, Meeting, Organization
from organizations.photos import clean_photo
from organizations.services import attendances, dissolve_organization, meetings
from tests import factories as make
from tests.checklists.test_services_photos import picture, upload

pytestmark = pytest.mark.django_db
Kind, Way = Meeting.Kind, Attendance.Way
START = make.at("2026-11-20 19:00")
DURING = START + timedelta(minutes=5)


@pytest.fixture
def branch():
    return make.make_branch(make.make_community().organization)


@pytest.fixture
def clerk(branch):
    return make.make_post(organization=branch.parent)


@pytest.fixture
def meeting(branch, clerk):
    return plan(branch, clerk)


def plan(organization, actor, kind=Kind.THEME_DAY, starts_at=START, **fields):
    row = Meeting(
        **{
            "organization": organization,
            "kind": kind,
            "topic": "学党章",
            "place": "党群服务中心",
            "host": "周书记",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=90),
            **fields,
        }
    )
    return meetings.plan_meeting(row, actor=actor, at=starts_at - timedelta(days=3))


def hold(meeting, actor, **fields):
    return meetings.hold_meeting(meeting, **{"minutes": "学习讨论", "actor": actor, "at": DURING, **fields})


class TestPlan:
    def test_once_with_its_event(self, meeting, branch, clerk):
        assert [event.to_status for event in meeting.events.all()] == ["planned"]
        with pytest.raises(ValidationError, match="已登记过一次主题党日") as refusal:
            plan(branch, clerk)
        assert set(refusal.value.error_dict) == {"starts_at"}
        assert Meeting.objects.count() == 1

    def test_each_holds_its_own_kinds(self, branch, clerk):
        group = make.make_organization(Organization.Kind.BUILDING_GROUP, branch)
        plan(group, clerk, Kind.GROUP)
        plan(branch.parent, clerk, Kind.LECTURE)
        for organization, kind in ((branch, Kind.GROUP), (group, Kind.ASSEMBLY), (branch.parent, Kind.LIFE)):
            with pytest.raises(ValidationError, match="不单独开"):
                plan(organization, clerk, kind)

    def test_ends_after_it_begins(self, branch, clerk):
        with pytest.raises(ValidationError, match="要晚于开始时间"):
            plan(branch, clerk, ends_at=START)

    def test_is_changed_until_it_is_held(self, meeting, clerk):
        meetings.change_meeting(meeting, place="楼下", topic=meeting.topic, actor=clerk)
        assert meeting.events.last().note == "地点：党群服务中心 → 楼下"
        hold(meeting, clerk)
        with pytest.raises(ValidationError, match="您看到的是旧页面"):
            meetings.change_meeting(meeting, place="楼上", actor=clerk)

    def test_by_staff_of_the_place(self, meeting, branch):
        stranger = make.make_post(organization=make.make_community().organization)
        acts = (
            lambda: plan(branch, stranger, Kind.LECTURE),
            lambda: hold(meeting, stranger),
            lambda: meetings.cancel_meeting(meeting, reason="雨", actor=stranger),
            lambda: meetings.change_meeting(meeting, place="楼下", actor=stranger),
            lambda: attendances.mark_attendance(meeting, members=[], way=Way.DOOR, actor=stranger),
        )
        for act in acts:
            with pytest.raises(PermissionDenied):
                act()


class TestHold:
    def test_counts_who_was_expected_once_and_for_all(self, meeting, branch, clerk):
        for _ in range(3):
            make.make_member(branch)
        make.make_member(branch, left_on="2026-01-01", leaving="deceased")
        held = hold(meeting, clerk)
        make.make_member(branch)
        again = hold(meeting, clerk, minutes="别的")
        assert (held.expected_count, again.expected_count, again.minutes) == (3, 3, "学习讨论")
        assert meeting.events.count() == 2

    def test_not_before_it_begins_nor_without_minutes(self, meeting, clerk):
        with pytest.raises(ValidationError, match="还没有到开始时间"):
            hold(meeting, clerk, at=START - timedelta(minutes=1))
        with pytest.raises(ValidationError, match="请写会议记录"):
            hold(meeting, clerk, minutes="  ")

    def test_the_minutes_are_corrected_with_a_trace(self, meeting, clerk):
        hold(meeting, clerk)
        assert meetings.correct_minutes(meeting, minutes="更正后", actor=clerk).minutes == "更正后"
        meetings.correct_minutes(meeting, minutes="更正后", actor=clerk)
        assert [event.note for event in meeting.events.all()] == ["", "应到 0 人", "更正会议记录"]

    def test_a_cancelled_one_says_why_and_stays_so(self, meeting, clerk):
        with pytest.raises(ValidationError, match="写明取消的原因"):
            meetings.cancel_meeting(meeting, reason="", actor=clerk)
        assert meetings.cancel_meeting(meeting, reason="台风", actor=clerk).cancel_reason == "台风"
        with pytest.raises(ValidationError, match="改为“已取消”"):
            hold(meeting, clerk)

    def test_the_committee_is_its_leaders(self, branch, clerk):
        member = make.make_member(branch)
        make.make_member(branch)
        branch.leadership_terms.create(name="周", position="secretary", member=member, starts_on="2026-01-01")
        assert list(meetings.members_of(plan(branch, clerk, Kind.COMMITTEE))) == [member]

    def test_a_body_expects_all_branches_and_a_group_its_own(self, branch, clerk):
        group = make.make_organization(Organization.Kind.BUILDING_GROUP, branch)
        inside, outside = make.make_member(branch, group=group), make.make_member(branch)
        assert set(meetings.members_of(plan(branch.parent, clerk, Kind.LECTURE))) == {inside, outside}
        assert list(meetings.members_of(plan(group, clerk, Kind.GROUP))) == [inside]

    def test_the_planned_goes_to_the_heir_and_the_held_stays(self, meeting, branch, clerk):
        heir = make.make_branch(branch.parent)
        held = hold(plan(branch, clerk, Kind.LECTURE), clerk)
        dissolve_organization(branch, heir=heir, actor=make.make_superuser(), reason="拆迁")
        meeting.refresh_from_db()
        held.refresh_from_db()
        assert (meeting.organization, held.organization) == (heir, branch)


class TestSignIn:
    @pytest.fixture
    def member(self, branch):
        return make.make_member(branch, name="李明", phone="13800001234")

    def test_by_name_and_digits_once(self, meeting, member):
        row = attendances.sign_in(meeting, name=" 李明 ", digits="1234", at=DURING)
        again = attendances.sign_in(meeting, name="李明", digits="1234", at=DURING + timedelta(minutes=1))
        assert (row.member, row.way, row.signed_at, again.pk, again.signed_at) == (
            member,
            "qr",
            DURING,
            row.pk,
            DURING,
        )

    @pytest.mark.parametrize(
        ("name", "digits"), [("李明", "1235"), ("李月", "1234"), ("外人", "9999"), ("无号", "0000")]
    )
    def test_nothing_is_told_about_who_is_a_member(self, meeting, member, branch, name, digits):
        make.make_member(branch, name="无号")
        make.make_member(name="外人", phone="13800009999")
        with pytest.raises(ValidationError) as refusal:
            attendances.sign_in(meeting, name=name, digits=digits, at=DURING)
        assert refusal.value.messages == [attendances.NO_MATCH]
        assert not meeting.attendances.exists()

    def test_only_within_its_window(self, meeting, member):
        for at, code in ((START - timedelta(minutes=61), "early"), (START + timedelta(minutes=121), "late")):
            with pytest.raises(ValidationError) as refusal:
                attendances.sign_in(meeting, name="李明", digits="1234", at=at)
            assert refusal.value.code == code
        attendances.sign_in(meeting, name="李明", digits="1234", at=START - timedelta(minutes=59))

    def test_not_to_a_cancelled_one(self, meeting, member, clerk):
        meetings.cancel_meeting(meeting, reason="台风", actor=clerk)
        with pytest.raises(ValidationError, match="已取消"):
            attendances.sign_in(meeting, name="李明", digits="1234", at=DURING)

    def test_who_was_on_leave_came_after_all(self, meeting, member, clerk):
        attendances.mark_attendance(meeting, members=[member], way=Way.LEAVE, reason="出差", actor=clerk)
        row = attendances.sign_in(meeting, name="李明", digits="1234", at=DURING)
        assert (row.way, row.reason) == ("qr", "")

    def test_two_of_one_name_and_digits_both_get_in(self, meeting, member, branch):
        other = make.make_member(branch, name="李明", phone="13900001234")
        rows = [attendances.sign_in(meeting, name="李明", digits="1234", at=DURING) for _ in "ab"]
        assert [row.member for row in rows] == [member, other]

    def test_a_token_is_of_one_meeting_and_cannot_be_made_up(self, meeting):
        token = attendances.sign_in_token(meeting)
        assert attendances.read_sign_in_token(token) == meeting
        assert attendances.read_sign_in_token(token[:-1]) is None

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_a_double_tap_signs_in_once(self, meeting, member):
        def tap(_):
            try:
                return attendances.sign_in(meeting, name="李明", digits="1234", at=DURING).pk
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as pool:
            keys = set(pool.map(tap, range(12)))
        assert len(keys) == 1 and Attendance.objects.count() == 1


class TestMarks:
    def test_by_staff_and_changed_by_them(self, meeting, branch, clerk):
        one, other = make.make_member(branch), make.make_member(branch)

        def mark(*members, way=Way.DOOR, **fields):
            return attendances.mark_attendance(meeting, members=members, way=way, actor=clerk, **fields)

        assert mark(one, other) == 2
        assert mark(one, other) == 0
        assert mark(other, way=Way.LEAVE, reason="值班") == 1
        assert meeting.attendances.came().get().member == one
        assert meeting.attendances.on_leave().get().reason == "值班"
        row = meeting.attendances.on_leave().get()
        for _ in "ab":
            attendances.strike_attendance(meeting, attendance=row, actor=clerk)
        assert meeting.attendances.count() == 1

    def test_only_of_those_expected_and_leave_has_a_reason(self, meeting, branch, clerk):
        with pytest.raises(ValidationError, match="不该到会"):
            attendances.mark_attendance(meeting, members=[make.make_member()], way=Way.DOOR, actor=clerk)
        with pytest.raises(ValidationError, match="请假的原因"):
            attendances.mark_attendance(meeting, members=[make.make_member(branch)], way=Way.LEAVE, actor=clerk)

    def test_photos_up_to_the_set_number(self, meeting, clerk):
        def photo():
            return clean_photo(upload(picture()))

        meetings.add_photos(meeting, photos=[photo()], are_public=True, actor=clerk)
        assert meeting.photos.get().is_public
        with pytest.raises(ValidationError, match="最多 9 张照片，已有 1 张，还能再传 8 张"):
            meetings.add_photos(meeting, photos=[photo() for _ in range(9)], actor=clerk)

    def test_a_photo_is_removed_for_a_reason_and_its_file_after_that(
        self, meeting, branch, clerk, django_capture_on_commit_callbacks
    ):
        meetings.add_photos(meeting, photos=[clean_photo(upload(picture()))], actor=clerk)
        photo = meeting.photos.get()
        image = photo.image
        with pytest.raises(ValidationError, match="删除的原因"):
            meetings.remove_photo(meeting, photo=photo, reason=" ", actor=clerk)
        stranger = make.make_post(organization=make.make_community().organization)
        with pytest.raises(PermissionDenied):
            meetings.remove_photo(meeting, photo=photo, reason="有人不同意", actor=stranger)
        with django_capture_on_commit_callbacks(execute=True):
            meetings.remove_photo(meeting, photo=photo, reason="有人不同意", actor=clerk)
            assert image.storage.exists(image.name)
        meetings.remove_photo(meeting, photo=photo, reason="再点一次", actor=clerk)
        assert not meeting.photos.exists() and not image.storage.exists(image.name)
        assert meeting.events.last().note == "删除照片 1：有人不同意"


class TestRecords:
    def test_a_branch_against_its_year(self, branch, clerk, django_assert_num_queries):
        for month in (1, 2, 4):
            hold(plan(branch, clerk, starts_at=make.at(f"2026-0{month}-10 09:00")), clerk)
        group = make.make_organization(Organization.Kind.BUILDING_GROUP, branch)
        hold(plan(group, clerk, Kind.GROUP, starts_at=make.at("2026-01-31 23:30")), clerk)
        today = make.at("2026-04-20 12:00").date()
        make.make_branch(branch.parent)
        with django_assert_num_queries(8):
            found = records(Organization.objects.branches(), year=2026, today=today)
        record = next(each for each in found if each.branch == branch)
        cells = {cell.kind: cell for cell in record.cells}
        theme = cells[Kind.THEME_DAY]
        assert (theme.held, theme.wanted, theme.missed, theme.light) == (3, 4, 1, "amber")
        assert (cells[Kind.GROUP].held, cells[Kind.GROUP].missed, cells[Kind.ASSEMBLY].missed) == (1, 2, 1)
        assert (cells[Kind.COMMITTEE].light, record.light, record.missed) == ("none", "red", 4)

    def test_a_cancelled_and_a_planned_one_do_not_count(self, branch, clerk):
        meetings.cancel_meeting(plan(branch, clerk), reason="雨", actor=clerk)
        plan(branch, clerk, starts_at=START + timedelta(days=1))
        (record,) = records([branch], year=2026, today=START.date())
        assert sum(cell.held for cell in record.cells) == 0

    def test_a_committee_owes_its_meetings(self, branch):
        for number, position in enumerate(("secretary", "organization", "publicity")):
            branch.leadership_terms.create(name=f"委员{number}", position=position, starts_on="2026-01-01")
        (record,) = records([branch], year=2026, today=START.date())
        assert next(cell for cell in record.cells if cell.kind == Kind.COMMITTEE).missed == 10

    @pytest.mark.parametrize(("came", "counted"), [(1, 0), (2, 1)])
    def test_a_lecture_of_the_body_above_counts_where_enough_came(self, branch, clerk, came, counted):
        people = [make.make_member(branch) for _ in range(4)]
        lecture = plan(branch.parent, clerk, Kind.LECTURE)
        attendances.mark_attendance(lecture, members=people[:came], way=Way.DOOR, actor=clerk)
        attendances.mark_attendance(lecture, members=people[came:], way=Way.LEAVE, reason="值班", actor=clerk)
        cell = self.cell(branch, Kind.LECTURE)
        assert cell.held == 0  # it is only planned
        hold(lecture, clerk)
        cell = self.cell(branch, Kind.LECTURE)
        assert (cell.held, cell.above_in(cell.slots[0]), cell.above_in(cell.slots[1])) == (counted, 0, counted)

    def test_nothing_is_owed_from_before_it_was_kept_here(self, branch, clerk):
        for kind, at in (("founded", make.at("2026-09-15 10:00")), ("renamed", make.at("2026-11-01 10:00"))):
            branch.events.create(kind=kind, effective_on=at.date(), at=at)
        hold(plan(branch, clerk, starts_at=make.at("2026-02-10 09:00")), clerk, at=make.at("2026-11-20 09:00"))
        theme = self.cell(branch, Kind.THEME_DAY)
        states = [slot.state for slot in theme.slots]
        assert states == ["free", "done", *["free"] * 7, "missed", "due", "ahead"]
        assert self.cell(branch, Kind.LIFE).light == "none"

    def test_nor_from_before_the_first_year_counted(self, branch):
        before = self.cell(branch, Kind.THEME_DAY, year=2025)
        assert (before.wanted, before.light, self.cell(branch, Kind.THEME_DAY).missed) == (0, "none", 10)

    def cell(self, branch, kind, year=2026):
        (record,) = records([branch], year=year, today=START.date())
        return next(cell for cell in record.cells if cell.kind == kind)
