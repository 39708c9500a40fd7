from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from govern.dates import months_after
from organizations.identities import IdentityNumberValidator, born_on, check_digit, gender_of
from organizations.models import LeadershipTerm, MemberEvent, Organization, PartyMember
from organizations.services.members import (
    assign_group,
    change_member,
    confirm_full_member,
    extend_probation,
    faults_of,
    leave,
    register_member,
    register_members,
    undo_leaving,
)
from organizations.services.transfers import propose_transfer
from tests import factories as make

pytestmark = pytest.mark.django_db
Kind, Event, Leaving = Organization.Kind, MemberEvent.Kind, PartyMember.Leaving
TODAY = timezone.localdate


def number(sequence=3, day="19900203"):
    digits = f"990171{day}{sequence:03}"
    return digits + check_digit(digits)


@pytest.fixture
def body():
    return make.make_organization()


@pytest.fixture
def branch(body):
    return make.make_branch(body)


@pytest.fixture
def clerk(body):
    return make.make_post(organization=body)


def member_of(branch, **fields):
    joined = TODAY() - timedelta(days=2000)
    row = {"name": "周明", "gender": "male", "joined_on": joined, "full_on": joined + timedelta(days=366), **fields}
    return PartyMember(branch=branch, **row)


def errors_of(call):
    with pytest.raises(ValidationError) as refusal:
        call()
    return refusal.value.message_dict if hasattr(refusal.value, "error_dict") else {None: refusal.value.messages}


class TestIdentityNumbers:
    def test_the_standards_own_examples(self):
        assert check_digit("37010119010203997") == "3" and check_digit("53010219200508011") == "X"
        IdentityNumberValidator()("53010219200508011X")
        assert (born_on("53010219200508011X"), gender_of("53010219200508011X")) == (date(1920, 5, 8), "male")

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            ("5301021920050801", "要 18 位，您填了 16 位"),
            ("53010219200508011x", "大写 X"),
            ("530102192013080113", "出生日期不对"),
            ("530102192005080112", "最后一位核对不上"),
            ("５30102192005080112", "前 17 位是数字"),
        ],
    )
    def test_says_what_is_wrong(self, value, words):
        with pytest.raises(ValidationError, match=words):
            IdentityNumberValidator()(value)


class TestRegister:
    def test_enters_with_event_audit_and_blind_indexes(self, branch, clerk):
        member = register_member(member_of(branch, phone="13812345678", identity_number=number()), actor=clerk)
        event = member.events.get()
        assert (event.kind, event.actor, event.effective_on) == (Event.REGISTERED, clerk, TODAY())
        assert LogEntry.objects.get_for_object(member).count() == 1
        for words in ("周明", "13812345678", number(), number().lower()):
            assert PartyMember.objects.called(words).get() == member

    @pytest.mark.parametrize(
        ("fields", "field", "words"),
        [
            ({"identity_number": "123"}, "identity_number", "您填了 3 位"),
            ({"phone": "138"}, "phone", "您填了 3 位"),
            ({"full_on": None}, "full_on", "正式党员要填转正日期"),
            ({"stage": "probationary"}, "full_on", "预备党员不填转正日期"),
            ({"full_on": date(2000, 1, 1)}, "full_on", "要在入党日期以后"),
            ({"joined_on": date(2999, 1, 1)}, "joined_on", "不能晚于今天"),
            ({"name": ""}, "name", "请填写此项"),
            ({"gender": "x"}, "gender", "不在可选范围内"),
        ],
    )
    def test_refuses_beside_the_field(self, branch, clerk, fields, field, words):
        errors = errors_of(lambda: register_member(member_of(branch, **fields), actor=clerk))
        assert words in errors[field][0]
        assert not PartyMember.objects.exists()

    def test_only_into_a_standing_branch_in_reach(self, body, clerk):
        gone = make.make_branch(body, is_active=False)
        for place in (make.make_branch(), body, gone):
            assert set(errors_of(lambda place=place: register_member(member_of(place), actor=clerk))) == {"branch"}

    def test_a_number_twice_tells_where_only_in_scope(self, branch, body, clerk):
        other, foreign = make.make_branch(body), make.make_branch()
        make.make_member(other, identity_number=number(1))
        make.make_member(foreign, identity_number=number(2))
        for sequence, words in ((1, f"“{other}”"), (2, "另一个党支部（不在您的管辖范围）")):
            row = member_of(branch, identity_number=number(sequence))
            said = errors_of(lambda row=row: register_member(row, actor=clerk))["identity_number"][0]
            assert words in said and foreign.name not in said
        PartyMember.objects.update(left_on=TODAY(), leaving=Leaving.TRANSFERRED)
        register_member(member_of(branch, identity_number=number(1)), actor=clerk)
        with pytest.raises(IntegrityError), transaction.atomic():  # behind the words stands the constraint
            make.make_member(foreign, identity_number=number(1))

    def test_many_or_none_in_few_queries(self, branch, body, clerk):
        other = make.make_branch(body)
        rows = [member_of((branch, other)[n % 2], identity_number=number(n)) for n in range(60)]
        rows[41].identity_number = number(5)
        rows[50].phone = "1"
        faults = faults_of(rows, actor=clerk)
        assert [n for n, fault in enumerate(faults) if fault] == [41, 50]
        said = errors_of(lambda: register_members(rows, actor=clerk))[None]
        assert [words.split("：")[0] for words in said] == ["第 42 名 周明", "第 51 名 周明"]
        assert not PartyMember.objects.exists()
        rows[41].identity_number, rows[50].phone = number(141), ""
        with CaptureQueriesContext(connection) as queries:
            register_members(rows, actor=clerk)
        assert len(queries) < 14
        assert (PartyMember.objects.count(), MemberEvent.objects.count()) == (60, 60)
        assert PartyMember.objects.called(number(141)).get().branch == other


class TestChange:
    def test_puts_right_and_says_what(self, branch, clerk):
        member = make.make_member(branch, phone="13812345678")
        change_member(member, phone="13900001111", name="周小明", is_floating=True, actor=clerk)
        assert PartyMember.objects.called("13900001111").get().name == "周小明"
        assert member.events.get().note == "手机号、姓名、流动党员"
        change_member(member, name="周小明", actor=clerk)
        assert member.events.count() == 1

    def test_never_the_branch_or_the_stage(self, branch, clerk):
        for fact in ({"branch": make.make_branch()}, {"stage": "probationary"}, {"left_on": TODAY()}):
            with pytest.raises(TypeError):
                change_member(make.make_member(branch), actor=clerk, **fact)

    def test_strangers_and_the_gone(self, branch, clerk):
        member = make.make_member(branch)
        stranger = make.make_post(organization=make.make_organization())
        with pytest.raises(PermissionDenied):
            change_member(member, name="甲", actor=stranger)
        leave(member, leaving=Leaving.DECEASED, on=TODAY(), actor=clerk)
        with pytest.raises(ValidationError, match="登记为“去世”"):
            change_member(member, name="甲", actor=clerk)

    def test_group_of_the_own_branch(self, branch, body, clerk):
        member, group = make.make_member(branch), make.make_organization(Kind.BUILDING_GROUP, branch)
        other = make.make_organization(Kind.BUILDING_GROUP, make.make_branch(body))
        assert "group" in errors_of(lambda: assign_group(member, group=other, actor=clerk))
        for _ in range(2):
            assert assign_group(member, group=group, actor=clerk).group == group
        assert assign_group(member, group=None, actor=clerk).group is None
        assert [event.note for event in member.events.all()] == [group.name, "不再编入党小组"]


class TestProbation:
    @pytest.fixture
    def joined(self):
        return months_after(TODAY(), -14)

    @pytest.fixture
    def member(self, branch, joined):
        return make.make_member(branch, "probationary", joined_on=joined)

    def test_not_before_a_year_and_not_tomorrow(self, member, clerk, joined):
        for on in (months_after(joined, 12) - timedelta(days=1), TODAY() + timedelta(days=1)):
            assert set(errors_of(lambda on=on: confirm_full_member(member, on=on, actor=clerk))) == {"on"}
        for _ in range(2):
            done = confirm_full_member(member, on=months_after(joined, 12), note="支部大会通过", actor=clerk)
        assert (done.stage, done.full_on, done.party_years(TODAY())) == ("full", months_after(joined, 12), 0)
        assert [event.kind for event in member.events.all()] == [Event.CONFIRMED]

    def test_extended_once_within_the_rules(self, member, clerk, joined):
        for months in (17, 25):
            until = months_after(joined, months)
            with pytest.raises(ValidationError, match="之间选"):
                extend_probation(member, until=until, reason="需要继续考察", actor=clerk)
        until = months_after(joined, 18)
        assert "reason" in errors_of(lambda: extend_probation(member, until=until, reason=" ", actor=clerk))
        for _ in range(2):
            extend_probation(member, until=until, reason="需要继续考察", actor=clerk)
        assert member.events.count() == 1
        with pytest.raises(ValidationError, match="已经延长过一次"):
            extend_probation(member, until=months_after(joined, 20), reason="再看看", actor=clerk)
        with pytest.raises(ValidationError, match="才满"):
            confirm_full_member(member, on=TODAY(), actor=clerk)
        due = PartyMember.objects.probation_over
        assert not due(until - timedelta(days=1), 12).exists() and due(until, 12).get() == member

    def test_due_by_a_day(self, branch, member, joined):
        later = make.make_member(branch, "probationary", joined_on=TODAY())
        make.make_member(branch)
        assert PartyMember.objects.probation_over(TODAY(), 12).get() == member
        assert set(PartyMember.objects.probation_over(months_after(TODAY(), 12), 12)) == {member, later}


class TestLeaving:
    def test_ends_what_the_member_led(self, branch, body, clerk):
        member = make.make_member(branch)
        term = LeadershipTerm.objects.create(
            organization=branch, member=member, name="周", position="secretary", starts_on=date(2024, 1, 1)
        )
        for _ in range(2):
            leave(member, leaving=Leaving.TRANSFERRED, on=TODAY(), note="迁往外省", actor=clerk)
        term.refresh_from_db()
        assert term.ends_on == TODAY() - timedelta(days=1)
        assert member.events.get().note == f"转出本平台；迁往外省；同时离任：{branch}书记"
        assert not PartyMember.objects.here().exists()

    def test_the_reason_fits_the_stage_and_the_day(self, branch, clerk):
        full, fresh = make.make_member(branch), make.make_member(branch, "probationary")
        for member, leaving in ((full, Leaving.NOT_CONFIRMED), (fresh, Leaving.EXPELLED)):
            refused = errors_of(lambda m=member, why=leaving: leave(m, leaving=why, on=TODAY(), actor=clerk))
            assert set(refused) == {"leaving"}
        for on in (TODAY() + timedelta(days=1), full.joined_on - timedelta(days=1)):
            refused = errors_of(lambda on=on: leave(full, leaving=Leaving.DECEASED, on=on, actor=clerk))
            assert set(refused) == {"on"}
        leave(fresh, leaving=Leaving.NOT_CONFIRMED, on=TODAY(), actor=clerk)

    def test_a_mistake_is_undone_unless_the_number_came_again(self, branch, body, clerk):
        member = make.make_member(branch, identity_number=number(3))
        leave(member, leaving=Leaving.DECEASED, on=TODAY(), actor=clerk)
        assert "reason" in errors_of(lambda: undo_leaving(member, reason=" ", actor=clerk))
        again = make.make_member(make.make_branch(body), identity_number=number(3))
        with pytest.raises(ValidationError, match="已登记在"):
            undo_leaving(member, reason="登记错了", actor=clerk)
        leave(again, leaving=Leaving.TRANSFERRED, on=TODAY(), actor=clerk)
        for _ in range(2):
            assert undo_leaving(member, reason="登记错了", actor=clerk).is_here
        assert [event.kind for event in member.events.all()] == [Event.LEFT, Event.RETURNED]

    def test_an_open_transfer_is_finished_first(self, branch, body, clerk):
        member = make.make_member(branch)
        propose_transfer(member, target=make.make_branch(body), reason="搬家", actor=clerk)
        with pytest.raises(ValidationError, match="没有办完"):
            leave(member, leaving=Leaving.DECEASED, on=TODAY(), actor=clerk)
