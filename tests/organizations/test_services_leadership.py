from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from organizations.models import LeadershipTerm, Organization
from organizations.services.leadership import appoint_leader, correct_term, end_term, leader_warnings, succeed
from tests import factories as make
from tests.races import race, won

pytestmark = pytest.mark.django_db
Kind = Organization.Kind
TODAY = timezone.localdate


@pytest.fixture
def body():
    return make.make_organization()


@pytest.fixture
def clerk(body):
    return make.make_post(organization=body)


@pytest.fixture
def secretary(body, clerk):
    return appoint_leader(body, position="secretary", name="周书记", starts_on=date(2024, 1, 1), actor=clerk)


def fields_of(call):
    with pytest.raises(ValidationError) as refusal:
        call()
    return set(getattr(refusal.value, "error_dict", {None: 1}))


class TestAppoint:
    def test_a_member_brings_name_and_phone(self, body, clerk):
        member = make.make_member(make.make_branch(body), name="孙丽", phone="13812345678")
        term = appoint_leader(body, position="discipline", member=member, actor=clerk)
        assert (term.name, term.phone, term.starts_on) == ("孙丽", "13812345678", TODAY())

    def test_only_members_of_the_body(self, body, clerk):
        gone = make.make_member(make.make_branch(body), left_on=TODAY(), leaving="deceased")
        for member in (make.make_member(), gone):
            call = lambda member=member: appoint_leader(body, position="member", member=member, actor=clerk)  # noqa: E731
            assert fields_of(call) == {"member"}

    def test_one_secretary_at_a_time(self, body, clerk, secretary):
        with pytest.raises(ValidationError, match="已有在任书记周书记"):
            appoint_leader(body, position="secretary", name="吴", actor=clerk)
        end_term(secretary, on=date(2025, 1, 1), actor=clerk)
        early = {"position": "secretary", "name": "吴", "actor": clerk}
        assert fields_of(lambda: appoint_leader(body, starts_on=date(2025, 1, 1), **early)) == {"starts_on"}
        appoint_leader(body, starts_on=date(2025, 1, 2), **early)
        assert LeadershipTerm.objects.current().get(organization=body).name == "吴"

    def test_what_is_owed_and_who_may(self, body, clerk):
        assert fields_of(lambda: appoint_leader(body, position="member", actor=clerk)) == {"name"}
        tomorrow = TODAY() + timedelta(days=1)
        late = {"position": "member", "name": "吴", "starts_on": tomorrow}
        assert fields_of(lambda: appoint_leader(body, actor=clerk, **late)) == {"starts_on"}
        group = make.make_organization(Kind.BUILDING_GROUP, make.make_branch(body))
        assert fields_of(lambda: appoint_leader(group, position="member", name="吴", actor=clerk)) == {"organization"}
        with pytest.raises(PermissionDenied):
            appoint_leader(make.make_organization(), position="member", name="吴", actor=clerk)


class TestEnd:
    def test_ends_once_and_within_its_days(self, clerk, secretary):
        for on in (date(2023, 12, 31), TODAY() + timedelta(days=1)):
            assert fields_of(lambda on=on: end_term(secretary, on=on, actor=clerk)) == {"on"}
        end_term(secretary, on=date(2025, 1, 1), actor=clerk)
        assert end_term(secretary, on=date(2025, 6, 1), actor=clerk).ends_on == date(2025, 1, 1)
        assert list(LeadershipTerm.objects.past()) == [secretary]

    def test_succession_is_one_act(self, body, clerk, secretary):
        assert fields_of(lambda: succeed(secretary, on=date(2024, 1, 1), name="吴", actor=clerk)) == {"on"}
        assert fields_of(lambda: succeed(secretary, on=date(2025, 7, 1), actor=clerk)) == {"name"}
        secretary.refresh_from_db()
        assert secretary.ends_on is None  # nothing of the refused act stays
        fresh = succeed(secretary, on=date(2025, 7, 1), name="吴书记", phone="13900001111", actor=clerk)
        secretary.refresh_from_db()
        assert (secretary.ends_on, fresh.starts_on, fresh.position) == (
            date(2025, 6, 30),
            date(2025, 7, 1),
            "secretary",
        )
        with pytest.raises(ValidationError, match="旧页面"):
            succeed(secretary, on=date(2025, 8, 1), name="郑", actor=clerk)

    def test_bodies_without_a_secretary(self, body, clerk, secretary):
        branch = make.make_branch(body)
        make.make_organization(Kind.BUILDING_GROUP, branch)
        rows = Organization.objects.allowed(clerk, "organizations.view_organization").led()
        assert list(rows.without_secretary()) == [branch]
        end_term(secretary, on=TODAY() - timedelta(days=1), actor=clerk)
        assert set(rows.without_secretary()) == {body, branch}

    def test_a_correction_keeps_the_rules(self, body, clerk, secretary):
        end_term(secretary, on=date(2025, 1, 1), actor=clerk)
        fresh = appoint_leader(body, position="secretary", name="吴", starts_on=date(2025, 2, 1), actor=clerk)
        assert fields_of(lambda: correct_term(fresh, starts_on=date(2024, 12, 1), actor=clerk)) == {"starts_on"}
        assert fields_of(lambda: correct_term(secretary, ends_on=date(2023, 1, 1), actor=clerk)) == {"ends_on"}
        assert correct_term(secretary, name="周正", actor=clerk).name == "周正"
        with pytest.raises(ValidationError, match="已有在任书记"):
            correct_term(secretary, ends_on=None, actor=clerk)


class TestWarnings:
    def test_who_may_not_lead_is_named(self, body, clerk):
        branch = make.make_branch(body)
        member = make.make_member(branch, "probationary")
        term = appoint_leader(branch, position="secretary", member=member, actor=clerk)
        (words,) = leader_warnings(term)
        assert "没有被选举权，不能任书记" in words
        term.member.branch = make.make_branch()
        assert len(leader_warnings(term)) == 2
        assert leader_warnings(appoint_leader(body, position="secretary", name="吴", actor=clerk)) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_successors_at_once_and_one_takes_over(self):
        body, chief = make.make_organization(), make.make_superuser()
        term = appoint_leader(body, position="secretary", name="周", starts_on=date(2024, 1, 1), actor=chief)
        results = race(
            *(
                lambda name=name: succeed(term, on=date(2025, 1, 1), name=name, actor=chief)
                for name in ("吴", "郑", "王")
            )
        )
        assert len(won(results)) == 1
        assert LeadershipTerm.objects.filter(organization=body).count() == 2
