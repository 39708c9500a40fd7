"""“我也需要”, questions back to the resident, and what goes up, out and down again."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from checklists import tasks
from checklists.models import Inquiry, Need, NeedEvent, Support
from checklists.services import dispatches, needs
from organizations.models import Role
from organizations.services.calendars import working_time
from tests import factories as make
from tests.races import race

S, Party, Level = Need.Status, NeedEvent.Party, Need.Level


def communal(status="accepted", **fields):
    return make.make_need(status, category=make.make_category(is_communal=True), **fields)


def join(need, phone="13900000001", **fields):
    return needs.support(need, name="李阿姨", phone=phone, **fields)


@pytest.mark.django_db
class TestSupport:
    def test_each_phone_once_and_nobody_learns_whether_it_was_there(self):
        need = communal()
        answers = [join(need), join(need), join(need, "13900000002"), join(need, need.contact_phone)]
        assert answers == [None] * 4
        assert need.supports.count() == 2
        row = need.supports.first()
        assert (row.masked_name, row.masked_phone, row.notice) == ("李**", "139****0001", need.notice)

    def test_only_common_space_and_only_while_it_is_open(self):
        for need in (make.make_need(), communal("closed"), communal("withdrawn")):
            with pytest.raises(ValidationError, match="已经有结果"):
                join(need)
        part = needs.parts_of(communal("split")).first()
        with pytest.raises(ValidationError):
            join(part)

    def test_wrong_data_are_told_beside_the_field(self):
        need = communal()
        for wrong, field in (
            ({"phone": "1390"}, "phone"),
            ({"building": make.make_building()}, "building"),
            ({"note": "长" * 201}, "note"),
        ):
            with pytest.raises(ValidationError) as refusal:
                join(need, **wrong)
            assert set(refusal.value.error_dict) == {field}
        with pytest.raises(ValidationError) as refusal:
            needs.support(need, name=" ", phone="13900000001")
        assert set(refusal.value.error_dict) == {"name"}
        assert not Support.objects.exists()

    def test_neighbours_follow_a_merged_need_each_once(self):
        need = communal("submitted")
        into = communal(community=need.community)
        for row in (need, into):
            join(row, "13900000001")
        join(need, "13900000002")
        join(need, into.contact_phone)
        needs.merge(need, into=into, actor=make.make_superuser())
        assert set(into.supports.values_list("phone_index", flat=True)) == set(
            Support.objects.exclude(need=need).values_list("phone_index", flat=True)
        )
        assert into.supports.count() == 2

    def test_public_token_opens_communal_needs_alone(self):
        need, private = communal(), make.make_need()
        assert needs.read_public_token(needs.public_token(need)) == need
        for token in (needs.public_token(private), need.code, needs.public_token(need)[:-1] + "x", "", "a:b"):
            assert needs.read_public_token(token) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_double_click_from_one_phone_is_one_support():
    need = communal()
    race(*[partial(join, need)] * 6)
    assert need.supports.count() == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_voice_that_comes_while_its_need_is_merged_goes_along_or_is_asked_again():
    chief = make.make_superuser()
    for number in range(5):
        need = communal()
        into = make.make_need("accepted", community=need.community, category=need.category)
        _, voice = race(
            partial(needs.merge, need, into=into, actor=chief), partial(join, need, phone=f"1390000000{number}")
        )
        assert not need.supports.exists()
        assert into.supports.count() == (0 if isinstance(voice, ValidationError) else 1)


@pytest.mark.django_db
class TestInquiries:
    def test_asked_answered_and_told(self):
        need = make.make_need("accepted")
        clerk = make.make_post(organization=need.community.organization)
        inquiry = needs.ask(need, "几点在家？", actor=clerk)
        assert inquiry.expires_at == inquiry.asked_at + timedelta(days=5)
        assert needs.ask(need, "几点在家？", actor=clerk) == inquiry
        with pytest.raises(ValidationError, match="还没有答复"):
            needs.ask(need, "哪一层？", actor=clerk)
        for _ in range(2):
            needs.answer_inquiry(inquiry, answer="下午三点以后")
        asked, answered = need.events.filter(from_status=S.ACCEPTED, to_status=S.ACCEPTED)
        assert (asked.note, asked.party, asked.is_note_public) == ("想问您：几点在家？", "staff", True)
        assert (answered.note, answered.party) == ("答复“几点在家？”：下午三点以后", "resident")
        message = Notification.objects.get(recipient=clerk)
        assert "居民答复了您问的事" in message.text
        assert needs.ask(need, "哪一层？", actor=clerk) != inquiry

    def test_link_runs_out_and_staff_are_told_once(self):
        need = make.make_need("accepted")
        clerk = make.make_post(organization=need.community.organization)
        inquiry = needs.ask(need, "几点在家？", actor=clerk, at=timezone.now() - timedelta(days=6))
        with pytest.raises(ValidationError, match="时间已经过了"):
            needs.answer_inquiry(inquiry, answer="下午")
        assert list(Inquiry.objects.unanswered(timezone.now())) == [inquiry]
        for _ in range(2):
            tasks.report_inquiry(inquiry.pk)
        assert need.events.filter(note="居民未答复：几点在家？", is_note_public=False).count() == 1
        assert Notification.objects.filter(recipient=clerk).count() == 1
        assert not Inquiry.objects.unanswered(timezone.now()).exists()

    def test_who_may_ask_and_of_what(self):
        need = make.make_need("accepted")
        for stranger in (make.make_post(organization=make.make_organization()), Party.RESIDENT):
            with pytest.raises(PermissionDenied):
                needs.ask(need, "几点在家？", actor=stranger)
        chief = make.make_superuser()
        with pytest.raises(ValidationError):
            needs.ask(make.make_need("closed"), "几点在家？", actor=chief)
        inquiry = needs.ask(need, "几点在家？", actor=chief)
        needs.withdraw(need, actor=Party.RESIDENT)
        with pytest.raises(ValidationError, match="已经有结果"):
            needs.answer_inquiry(inquiry, answer="下午")
        needs.report_inquiry(inquiry, at=inquiry.expires_at)
        inquiry.refresh_from_db()
        assert inquiry.reported_at and not Notification.objects.filter(text__contains="未答复").exists()

    def test_token(self):
        inquiry = needs.ask(make.make_need(), "几点在家？", actor=make.make_superuser())
        token = needs.inquiry_token(inquiry)
        assert needs.read_inquiry_token(token) == inquiry and token in needs.inquiry_link(inquiry)
        assert needs.read_inquiry_token(token[:-2]) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clerks_ask_at_once_and_one_question_is_open():
    need, chief = make.make_need("accepted"), make.make_superuser()
    race(*[partial(needs.ask, need, f"第{number}问", actor=chief) for number in range(4)])
    assert need.inquiries.count() == 1


@pytest.mark.django_db
class TestLevels:
    @pytest.fixture
    def people(self):
        community = make.make_community()
        body = community.organization
        return {
            "need": make.make_need("accepted", community=community),
            "clerk": make.make_post(organization=body),
            "street": make.make_post(role="street_staff", organization=body.parent),
            "district": make.make_post(role="district_staff", organization=body.parent),
        }

    def test_up_to_the_district_and_down_again(self, people):
        need, clerk, street, district = people.values()
        need = needs.escalate(need, actor=clerk, note="社区办不了")
        assert (need.status, need.level) == (S.ESCALATED, Level.STREET)
        with pytest.raises(PermissionDenied):
            needs.escalate_further(need, actor=clerk, note="往上报")
        for _ in range(2):
            need = needs.escalate_further(need, actor=street, note="街道也办不了")
        assert need.level == Level.DISTRICT
        assert need.events.filter(note="上报区级：街道也办不了").count() == 1
        for act in (needs.accept, partial(needs.hand_down, note="退"), partial(needs.finish, note="好了")):
            with pytest.raises(PermissionDenied):
                act(need, actor=street)
        need = needs.hand_down(need, actor=district, note="请街道牵头", level=Level.STREET)
        assert (need.status, need.level) == (S.ESCALATED, Level.STREET)
        with pytest.raises(ValidationError):
            needs.hand_down(need, actor=district, note="同级", level=Level.STREET)
        need = needs.hand_down(need, actor=street, note="已约产权单位，社区跟进")
        assert (need.status, need.level, need.events.last().note) == (
            S.ACCEPTED,
            Level.COMMUNITY,
            "已约产权单位，社区跟进",
        )

    def test_each_level_is_told_of_what_is_its_own(self, people):
        need, clerk, street, district = people.values()
        need = needs.escalate(need, actor=clerk, note="社区办不了")
        assert [row.recipient for row in Notification.objects.all()] == [street]
        needs.escalate_further(need, actor=street, note="街道也办不了")
        assert [row.recipient for row in Notification.objects.exclude(recipient=street)] == [district]
        assert "上报到区级" in Notification.objects.get(recipient=district).text

    def test_district_decides_at_once_what_is_still_the_streets(self, people):
        need, clerk, _, district = people.values()
        needs.escalate(need, actor=clerk, note="社区办不了")
        assert needs.finish(need, actor=district, note="区里协调好了").status == S.DONE

    def test_what_was_tried_is_told_by_the_rows(self):
        need = make.make_need("dispatched", clock=timezone.now() - timedelta(days=4))
        row, chief = need.dispatches.get(), make.make_superuser()
        dispatches.decline(row, actor=Party.UNIT, reason="no_people")
        words = needs.tried(need)
        assert words.startswith("已试过：居民已等 4 天，派过 1 次单（人手不足 1 次），问过")
        assert row.resource.unit.name in words
        assert needs.tried(make.make_need()) == "已试过：居民今天提出。"
        assert chief

    def test_every_level_has_a_role_that_decides(self):
        for permission in needs.DIRECTING.values():
            assert Role.objects.filter(permissions__codename=permission.split(".")[1]).exists()


@pytest.mark.django_db
class TestOutside:
    def test_clock_stops_outside_and_goes_on_after(self):
        at = make.at
        need = make.make_need("accepted", clock=at("2026-11-16 09:00"))
        chief, before = make.make_superuser(), need.handle_by
        need = needs.hand_off(need, actor=chief, to=" 区供水公司 ", note="主管道归他们", at=at("2026-11-17 09:00"))
        assert (need.handed_to, need.deadline, need.events.last().is_note_public) == ("区供水公司", None, True)
        assert not Need.objects.overdue(at("2030-01-01 09:00")).filter(pk=need.pk).exists()
        need = needs.take_back(need, actor=chief, note="他们不管", at=at("2026-11-19 09:00"))
        assert (need.status, need.handed_to, need.suspended_at) == (S.ACCEPTED, "", None)
        assert working_time(before, need.handle_by) == working_time(at("2026-11-17 09:00"), at("2026-11-19 09:00"))

    def test_result_is_written_where_it_came_from(self):
        chief, need = make.make_superuser(), make.make_need("handed_off")
        need = needs.finish(need, actor=chief, note="换了总阀")
        assert (need.status, need.handed_to) == (S.DONE, "区供电公司")

    def test_words_are_owed(self):
        need, chief = make.make_need("accepted"), make.make_superuser()
        for wrong, field in (({"to": " ", "note": "归他们"}, "to"), ({"to": "区供水公司", "note": ""}, "note")):
            with pytest.raises(ValidationError) as refusal:
                needs.hand_off(need, actor=chief, **wrong)
            assert set(refusal.value.error_dict) == {field}

    def test_unmatched_needs_are_found_after_the_set_days(self):
        need = make.make_need("accepted", clock=timezone.now() - timedelta(days=20))
        before = timezone.now() - timedelta(days=14)
        assert not Need.objects.unmatched(before).exists()  # not ranked yet
        Need.objects.filter(pk=need.pk).update(match_due_at=None, matched_at=timezone.now())
        assert list(Need.objects.unmatched(before)) == [need]
        assert not Need.objects.unmatched(before - timedelta(days=14)).exists()
