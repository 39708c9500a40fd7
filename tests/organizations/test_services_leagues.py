"""大党委: founded, its units, chair, plan, councillors, meetings and resolutions, the appraisal of its units."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from organizations import tasks, unit_scores
from organizations.models import Councillor, League, LeagueMeeting, Resolution
from organizations.services import councillors, league_meetings, leagues, unit_appraisals
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def body():
    return make.make_community().organization


@pytest.fixture
def clerk(body):
    return make.make_post(organization=body)


@pytest.fixture
def street(body):
    return make.make_post(role="street_staff", organization=body.parent)


@pytest.fixture
def league(body):
    return make.make_league(body, units=3)


def units_of(league):
    return [member.unit for member in league.members.select_related("unit")]


def refused(call, field=None, code=None):
    with pytest.raises(ValidationError) as refusal:
        call()
    assert field is None or set(refusal.value.error_dict) == {field}, refusal.value
    assert code is None or refusal.value.code == code


class TestLeague:
    def found(self, body, clerk, **fields):
        told = {"organization": body, "kind": "community", "name": "红星大党委", "founded_on": TODAY(), "actor": clerk}
        return leagues.found_league(**{**told, **fields})

    def test_one_stands_per_organization_and_at_its_tier(self, body, clerk, street):
        league = self.found(body, clerk)
        assert league.events.get().what == "成立"
        refused(lambda: self.found(body, clerk), "organization")
        refused(lambda: self.found(body.parent, street), "organization")
        refused(lambda: self.found(body, clerk, founded_on=TODAY() + timedelta(days=1)), "founded_on")
        top = self.found(body.parent, street, kind="district", name="联合会")
        assert leagues.correct_league(league, name="新名", founded_on=TODAY(), federation=top, actor=clerk).federation
        leagues.end_league(league, reason="撤并", on=TODAY(), actor=clerk)
        refused(lambda: leagues.end_league(league, reason="再停", on=TODAY(), actor=clerk), code="ended")
        assert self.found(body, clerk).pk != league.pk

    def test_strangers_change_nothing(self, body, league):
        stranger = make.make_post(role="street_staff", organization=make.make_organization().parent)
        with pytest.raises(PermissionDenied):
            self.found(body, stranger)
        unit = make.make_unit(body)
        with pytest.raises(PermissionDenied):
            leagues.admit_unit(league, unit=unit, joined_on=TODAY(), actor=stranger)
        assert league.members.count() == 3

    def test_goes_to_the_heir_unless_that_has_its_own(self, league):
        heir = make.make_community().organization
        League.objects.all().hand_over("organization", league.organization, heir, TODAY())
        league.refresh_from_db()
        assert league.organization == heir
        rival = make.make_league()
        refused(lambda: League.objects.all().hand_over("organization", rival.organization, heir, TODAY()))


class TestUnits:
    def test_join_and_leave(self, league, clerk, body):
        unit = make.make_unit(body)
        liaison = make.make_liaison(unit)
        for _ in range(2):
            member = leagues.admit_unit(league, unit=unit, joined_on=TODAY(), actor=clerk)
        assert league.members.current().count() == 4
        assert Notification.objects.get(recipient=liaison).text == f"{unit}已加入{league}"
        leagues.rotate_chair(league, unit=unit, since=TODAY(), actor=clerk)
        refused(lambda: leagues.dismiss_unit(member, left_on=TODAY(), reason="搬走", actor=clerk), "member")
        leagues.rotate_chair(league, unit=units_of(league)[0], since=TODAY(), actor=clerk)
        assert leagues.dismiss_unit(member, left_on=TODAY(), reason="搬走", actor=clerk).left_on == TODAY()
        assert league.members.current().count() == 3

    def test_the_chair_goes_round(self, league, clerk):
        order = units_of(league)
        seen = []
        for _ in range(4):
            unit = leagues.next_chair(league)
            league = leagues.rotate_chair(league, unit=unit, since=TODAY(), note="接着办楼道灯", actor=clerk)
            seen.append(unit)
        assert seen == [*order, order[0]]
        first = leagues.rotate_chair(league, unit=order[1], since=TODAY(), actor=clerk)
        assert (first.chair_until - first.chair_since).days in range(88, 93)
        assert league.events.filter(what="轮值主席交接").count() == 5
        refused(lambda: leagues.rotate_chair(league, unit=make.make_unit(), since=TODAY(), actor=clerk), "unit")

    def test_the_plan(self, league, clerk):
        unit, year = units_of(league)[0], TODAY().year
        told = {"year": year, "heading": "service", "name": "走访", "due_on": date(year, 12, 1), "actor": clerk}
        item = leagues.plan_item(league, units=[unit], **told)
        refused(lambda: leagues.plan_item(league, units=[make.make_unit()], **told), "units")
        refused(lambda: leagues.plan_item(league, **{**told, "due_on": date(year + 1, 1, 1)}), "due_on")
        refused(lambda: leagues.finish_item(item, done_on=TODAY() + timedelta(days=1), actor=clerk), "done_on")
        for _ in range(2):
            leagues.finish_item(item, done_on=TODAY(), actor=clerk)
        assert league.events.filter(what="完成计划事项").count() == 1


class TestCouncillors:
    def recommend(self, league, clerk, **fields):
        told = {"kind": "part_time", "name": "王校长", "phone": "13800001234", "title": "校长", "actor": clerk}
        return councillors.recommend(league, recommended_on=TODAY(), **{**told, **fields})

    def test_four_steps_with_the_street_in_between(self, league, clerk, street):
        row = self.recommend(league, clerk, unit=units_of(league)[0])
        row = councillors.deliberate(row, deliberated_on=TODAY(), actor=clerk)
        paper = {"approved_on": TODAY(), "document": "街工委〔2026〕8号"}
        with pytest.raises(PermissionDenied):
            councillors.approve(row, actor=clerk, **paper)
        refused(lambda: councillors.approve(row, actor=street, **{**paper, "document": " "}), "document")
        row = councillors.approve(row, actor=street, **paper)
        row = councillors.appoint(row, appointed_on=TODAY(), actor=clerk)
        assert (row.status, row.document) == ("appointed", "街工委〔2026〕8号")
        told = [(event.from_status, event.to_status) for event in row.events.all()]
        assert told == [
            ("", "recommended"),
            ("recommended", "deliberated"),
            ("deliberated", "approved"),
            ("approved", "appointed"),
        ]
        assert [step["state"] for step in councillors.timeline(row)] == ["done"] * 4
        assert councillors.dismiss(row, ends_on=TODAY(), reason="调离", actor=clerk).status == "left"

    def test_days_follow_each_other_and_nobody_comes_twice(self, league, clerk):
        row = self.recommend(league, clerk)
        refused(lambda: self.recommend(league, clerk), "phone")
        early = TODAY() - timedelta(days=1)
        refused(lambda: councillors.deliberate(row, deliberated_on=early, actor=clerk), "deliberated_on")
        refused(lambda: self.recommend(league, clerk, phone="13800001235", unit=make.make_unit()), "unit")
        councillors.decline(row, reason="本人谢绝", actor=clerk)
        assert self.recommend(league, clerk).status == Councillor.Status.RECOMMENDED


class TestMeetings:
    def plan(self, league, clerk, **fields):
        told = {"kind": "joint", "topic": "季度会", "agenda": "一\n\n二", "place": "二楼", "actor": clerk}
        told["starts_at"] = timezone.now() + timedelta(minutes=20)
        return league_meetings.plan_meeting(league, **{**told, **fields})

    def test_is_moved_with_a_word_to_those_who_were_invited(self, league, clerk):
        unit = units_of(league)[0]
        liaison, excused = make.make_liaison(unit), make.make_councillor(league, unit=unit)
        meeting, other = self.plan(league, clerk), self.plan(league, clerk, starts_at=make.at("2030-05-08 09:00"))
        league_meetings.excuse(meeting, councillor=excused, reason="出差", actor=clerk)

        moved_to = make.at("2030-05-10 14:00")

        def move(starts_at=moved_to, place="三楼", actor=clerk):
            return league_meetings.move_meeting(meeting, starts_at=starts_at, place=place, actor=actor)

        refused(lambda: move(other.starts_at), "starts_at")
        stranger = make.make_post(organization=make.make_community().organization)
        with pytest.raises(PermissionDenied):
            move(actor=stranger)
        for _ in "ab":
            moved = move()
        assert (moved.place, moved.attendances.get().way) == ("三楼", "leave")
        told = [row.text for row in Notification.objects.filter(recipient=liaison) if "会议改期" in row.text]
        assert len(told) == 1 and "5月10日 周五 14:00，三楼" in told[0]
        move(place="四楼")
        what = [event.what for event in moved.events.order_by("pk")]
        assert what == ["通知开会", "会议改期", "会议改地点"]
        assert "地点：三楼 → 四楼" in moved.events.latest("pk").note
        league_meetings.cancel_meeting(meeting, reason="停电", actor=clerk)
        refused(move, code="transition")

    def test_told_signed_in_minuted_and_resolved(self, league, clerk):
        unit = units_of(league)[0]
        liaison = make.make_liaison(unit)
        one, other, third = (make.make_councillor(league, unit=unit) for _ in "abc")
        meeting = self.plan(league, clerk)
        assert "季度会" in Notification.objects.get(recipient=liaison).text
        assert meeting.agenda_lines == ["一", "二"]
        refused(lambda: self.plan(league, clerk, starts_at=meeting.starts_at), "starts_at")
        league_meetings.sign_in(meeting, name=one.name, digits=one.phone[-4:])
        league_meetings.excuse(meeting, councillor=other, reason="出差", actor=clerk)
        refused(lambda: league_meetings.excuse(meeting, councillor=one, reason="出差", actor=clerk), "councillor")
        league_meetings.register_attendance(meeting, councillors=[one, third], actor=clerk)
        ways = dict(meeting.attendances.values_list("councillor", "way"))
        assert ways == {one.pk: "qr", other.pk: "leave", third.pk: "door"}
        refused(lambda: league_meetings.record_meeting(meeting, minutes="好", actor=clerk), code="early")
        later = timezone.now() + timedelta(hours=1)
        meeting = league_meetings.record_meeting(meeting, minutes="都同意", actor=clerk, at=later)
        due_on = timezone.localdate(meeting.starts_at)  # tomorrow, when this runs before midnight
        row = league_meetings.pass_resolution(meeting, text="换灯", due_on=due_on, unit=unit, actor=clerk)
        assert "换灯" in Notification.objects.filter(recipient=liaison).first().text
        refused(lambda: league_meetings.drop_resolution(row, reason=" ", actor=clerk), "reason")
        for _ in range(2):
            done = league_meetings.finish_resolution(row, closed_on=TODAY(), outcome="换好了", actor=clerk)
        assert done.status == Resolution.Status.DONE and row.events.count() == 2
        refused(lambda: league_meetings.drop_resolution(row, reason="不办", actor=clerk), code="transition")

    def test_signing_in_tells_nothing_and_has_its_hours(self, league):
        row = make.make_councillor(league, name="李明", phone="13500004321")
        waiting = make.make_councillor(league, "approved", name="赵明", phone="13500009999")
        meeting = make.make_league_meeting(league)
        for name, digits in (("李明", "1111"), ("李四", "4321"), (waiting.name, "9999")):
            refused(lambda name=name, digits=digits: league_meetings.sign_in(meeting, name=name, digits=digits))
        first = league_meetings.sign_in(meeting, name=" 李明", digits="4321")
        assert league_meetings.sign_in(meeting, name="李明", digits="4321") == first and first.councillor == row
        for hours, code in ((-3, "early"), (9, "late")):
            at = meeting.starts_at + timedelta(hours=hours)
            assert league_meetings.refusal_of(meeting, at).code == code
        assert league_meetings.read_sign_in_token(league_meetings.sign_in_token(meeting)) == meeting
        assert league_meetings.read_sign_in_token("x:y") is None

    def test_a_cancelled_one_is_told_and_closed(self, league, clerk):
        liaison = make.make_liaison(units_of(league)[0])
        meeting = league_meetings.cancel_meeting(self.plan(league, clerk), reason="停电", actor=clerk)
        assert Notification.objects.filter(recipient=liaison).first().text.startswith("取消：")
        assert league_meetings.refusal_of(meeting).code == "cancelled"
        refused(lambda: league_meetings.record_meeting(meeting, minutes="开了", actor=clerk))

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_two_phones_at_once_are_one_attendance(self):
        league = make.make_league()
        row = make.make_councillor(league)
        meeting = make.make_league_meeting(league)
        sign = [lambda: league_meetings.sign_in(meeting, name=row.name, digits=row.phone[-4:])] * 2
        assert len(won(race(*sign))) == 2 and meeting.attendances.count() == 1


class TestReminder:
    def test_once_in_the_last_month_of_a_quarter_without_a_meeting(self, league, clerk):
        early, late = make.at("2030-05-20 09:00"), make.at("2030-06-03 09:00")
        assert not leagues.leagues_to_remind(early).exists()
        for _ in range(2):
            for row in leagues.leagues_to_remind(late):
                leagues.remind_league(row, at=late)
        assert Notification.objects.get(recipient=clerk).text == f"{league}2030年第二季度还没有开联席会议"
        make.make_league_meeting(league, "held", starts_at=make.at("2030-04-02 09:00"))
        assert not leagues.leagues_to_remind(late).exists()

    def test_of_a_chair_whose_term_ends(self, league, clerk):
        unit = units_of(league)[0]
        start = TODAY() - timedelta(days=88)
        League.objects.filter(pk=league.pk).update(chair=unit, chair_since=start, chair_until=TODAY())
        make.make_league_meeting(league, "held")
        assert list(leagues.leagues_to_remind()) == [league]
        tasks.remind_league(league.pk)
        assert "请办理交接" in Notification.objects.get(recipient=clerk).text


SCHEME = unit_scores.Scheme(40, 5, 40, 2, 5, 10, 10, 2, 3, 95, 90, 80)


class TestScores:
    @pytest.mark.parametrize(
        ("states", "points"), [((), 40), (("came", "came"), 43), (("came", "leave"), 40), (("absent",) * 9, 0)]
    )
    def test_meetings(self, states, points):
        rows = unit_scores.meeting_rows([(1, "会", state) for state in states], SCHEME)
        assert unit_scores.totals(rows, SCHEME)[1] == points

    @pytest.mark.parametrize(
        ("counts", "over", "points"), [((2, 2, 2, 2), 4, 40), ((0, 1, 2, 9), 4, 30), ((2, 0, 0, 0), 1, 40)]
    )
    def test_activities_of_the_quarters_that_are_over(self, counts, over, points):
        rows = unit_scores.activity_rows(counts, "见清单", over, SCHEME)
        assert unit_scores.totals(rows, SCHEME)[0]["activities"] == points

    def test_grades_begin_where_the_scheme_says(self):
        grades = [unit_scores.grade(total, SCHEME) for total in (95, 94.9, 90, 89.9, 80, 79.9)]
        assert grades == ["excellent", "good", "good", "fair", "fair", "failed"]


class TestAppraisal:
    def appraise(self, league, unit, actor, **fields):
        told = {
            "year": TODAY().year,
            "activity_counts": (2, 2, 2, 2),
            "activity_words": "见活动清单",
            "study_points": 10,
            "study_words": "学了",
            "team_points": 8,
            "team_words": "有队伍",
        }
        return unit_appraisals.appraise_unit(league, unit=unit, actor=actor, **{**told, **fields})

    def test_every_point_has_its_evidence(self, league, clerk):
        unit = units_of(league)[0]
        row = make.make_councillor(league, unit=unit)
        missed, kept = (make.make_league_meeting(league, "held") for _ in "ab")
        kept.attendances.create(councillor=row, way="qr")
        appraisal = self.appraise(league, unit, clerk, ideas_count=1, ideas_words="声控灯")
        assert (float(appraisal.total), appraisal.grade) == (95.0, "excellent")
        assert appraisal.evidence.get(points=-5).meeting == missed
        again = self.appraise(league, unit, clerk, study_points=5)
        assert again.pk == appraisal.pk and float(again.total) == 88.0
        assert unit_appraisals.told(again)["study_points"] == 5
        assert sum(each["points"] for each in unit_appraisals.points_of(again)) == 88.0
        assert isinstance(kept, LeagueMeeting)

    def test_what_is_told_has_limits(self, league, clerk):
        unit = units_of(league)[0]
        refused(lambda: self.appraise(league, unit, clerk, study_points=11), "study_points")
        refused(lambda: self.appraise(league, unit, clerk, year=TODAY().year + 1), "year")
        refused(lambda: self.appraise(league, make.make_unit(), clerk), "unit")
        refused(lambda: self.appraise(league, unit, clerk, ideas_count=1), "ideas_words")
        refused(lambda: self.appraise(league, unit, clerk, activity_words=" "), "activity_words")
