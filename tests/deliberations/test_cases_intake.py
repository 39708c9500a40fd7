"""How a case comes in: applied for, accepted under a number, agreed to and refused, mediators chosen and recused."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from accounts.models import Notification
from deliberations.models import Case
from deliberations.services import mediators
from deliberations.services.cases import intake, people
from organizations.workdays import BEIJING
from tests import factories
from tests.deliberations.cases import TODAY, make_case, make_head, make_mediator, make_notice, party_columns

MONDAY = datetime(2026, 11, 23, 10, tzinfo=BEIJING)


def told(user):
    return list(Notification.objects.filter(recipient=user).values_list("text", flat=True))


@pytest.mark.django_db
class TestApplication:
    def test_a_party_applies_without_an_account(self):
        case = make_case(clock=MONDAY)
        assert case.status == "applied" and case.number is None
        assert case.accept_by == MONDAY.date() + timedelta(days=3)  # three working days
        assert case.notice is not None
        applicant, respondent = case.parties.order_by("side")
        assert applicant.agreed_at and not respondent.agreed_at
        assert [event.to_status for event in case.events.all()] == ["applied"]

    def test_nothing_readable_is_stored(self):
        case = make_case()
        with connection.cursor() as cursor:
            cursor.execute("SELECT facts FROM deliberations_case WHERE id = %s", [case.pk])
            assert "渗水" not in cursor.fetchone()[0]
            cursor.execute("SELECT name, phone, address FROM deliberations_caseparty WHERE case_id = %s", [case.pk])
            assert not any("周" in value or "137" in value for value in cursor.fetchone())

    def test_the_heads_are_told_by_number_alone(self):
        case = make_case()
        (words,) = told(case.head)
        assert case.spoken_code in words
        assert not any(word in words for word in ("周", "吴", "渗水", "邻里"))

    def test_staff_without_a_post_there_cannot_enter_one(self):
        make_notice()
        stranger = factories.make_post(role="community_staff", organization=factories.make_community().organization)
        community = factories.make_community()
        with pytest.raises(PermissionDenied):
            intake.apply_for_case(
                community=community, kind="family", facts="x", parties=[party_columns("applicant")], actor=stranger
            )
        assert not Case.objects.exists()

    def test_who_refers_has_to_be_named(self):
        with pytest.raises(ValidationError) as refusal:
            make_case(source="court")
        assert "referred_by" in refusal.value.error_dict
        assert make_case(source="police", referred_by="城东派出所").referred_by == "城东派出所"

    def test_an_incident_is_referred_once_and_within_reach(self):
        incident = factories.make_incident()
        head = make_head(incident.community)
        fields = {"community": incident.community, "source": "grid", "incident": incident, "actor": head}
        case = make_case(**fields)
        assert case.incident == incident
        with pytest.raises(ValidationError):
            make_case(**fields)
        intake.decline_case(case, reason="重复", actor=head)
        assert make_case(**fields).pk != case.pk
        with pytest.raises(ValidationError):
            make_case(**{**fields, "incident": factories.make_incident()})

    def test_a_risk_alarms_the_heads_the_community_and_the_street(self):
        street = factories.make_organization("industry_committee")
        community = factories.make_community(factories.make_organization(parent=street))
        above = factories.make_post(role="street_staff", organization=street)
        clerk = factories.make_post(role="community_staff", organization=community.organization)
        case = make_case(community=community, has_risk=True)
        for user in (above, clerk, case.head):
            assert any("公安机关" in words for words in told(user)), user
            assert not any("渗水" in words or "周" in words for words in told(user))

    def test_a_risk_seen_later_alarms_once(self):
        case = make_case()
        intake.flag_risk(case, actor=case.head)
        clerk_words = len(Notification.objects.filter(text__contains="公安"))
        intake.flag_risk(case, actor=case.head)
        assert len(Notification.objects.filter(text__contains="公安")) == clerk_words
        with pytest.raises(ValidationError):
            intake.calm_risk(case, note=" ", actor=case.head)
        assert not intake.calm_risk(case, note="已劝离，双方回家", actor=case.head).has_risk


@pytest.mark.django_db
class TestAcceptance:
    def test_numbers_run_by_community_and_year(self):
        community = factories.make_community(name="红星社区")
        first, second = (make_case(community=community, clock=MONDAY) for _ in range(2))
        for case in (first, second):
            intake.accept_case(case, actor=first.head, at=MONDAY)
        first.refresh_from_db()
        second.refresh_from_db()
        assert first.full_number == "（2026）红星社区人调字第1号"
        assert second.number == 2
        assert first.due_on == MONDAY.date() + timedelta(days=30)
        other = make_case("accepted", clock=MONDAY)
        assert other.number == 1
        later = make_case("accepted", community=community, clock=MONDAY + timedelta(days=60))
        assert (later.year, later.number) == (2027, 1)

    def test_twice_is_once_and_later_is_stale(self):
        case = make_case("mediating")
        with pytest.raises(ValidationError):
            intake.accept_case(case, actor=case.head)
        fresh = make_case(community=case.community)
        number = intake.accept_case(fresh, actor=case.head).number
        assert intake.accept_case(fresh, actor=case.head).number == number
        assert fresh.events.count() == 2

    def test_both_sides_have_to_be_known(self):
        case = make_case(parties=[party_columns("applicant")])
        with pytest.raises(ValidationError, match="被申请人"):
            intake.accept_case(case, actor=case.head)
        intake.add_party(case, side="respondent", name="某物业公司", actor=case.head)
        assert intake.accept_case(case, actor=case.head).status == "accepted"

    def test_only_a_named_reader_accepts(self):
        case = make_case()
        clerk = factories.make_post(role="community_staff", organization=case.community.organization)
        with pytest.raises(PermissionDenied):
            intake.accept_case(case, actor=clerk)

    def test_declined_with_a_reason(self):
        case = make_case()
        with pytest.raises(ValidationError):
            intake.decline_case(case, reason=" ", actor=case.head)
        case = intake.decline_case(case, reason="已经起诉到法院", actor=case.head)
        assert case.status == "ended" and "已经起诉" in case.ending and case.ended_at

    def test_accepted_late_is_found(self):
        case = make_case(clock=timezone.now() - timedelta(days=20))
        assert list(Case.objects.waiting_too_long()) == [case]


@pytest.mark.django_db
class TestParties:
    def test_either_side_closes_it_by_refusing(self):
        for status in ("applied", "accepted", "mediating"):
            for side in ("applicant", "respondent"):
                case = make_case(status)
                intake.refuse(case.parties.get(side=side), reason="不想谈", actor=None)
                case.refresh_from_db()
                assert case.status == "refused", (status, side)
                assert case.ended_at and "不同意调解" in case.ending

    def test_a_refusal_twice_is_one(self):
        case = make_case()
        party = case.parties.first()
        intake.refuse(party, actor=case.head)
        intake.refuse(party, actor=case.head)
        assert case.events.filter(to_status="refused").count() == 1

    def test_open_only_while_all_want_it(self):
        case = make_case("accepted")
        applicant, respondent = case.parties.order_by("side")
        for party, wants, is_open in [
            (applicant, True, False),
            (respondent, True, True),
            (applicant, False, False),
            (applicant, True, True),
        ]:
            intake.consent(party, wants_open=wants, actor=case.head)
            case.refresh_from_db()
            assert case.is_open is is_open
        intake.add_party(case, side="respondent", name="吴小妹", actor=case.head)
        case.refresh_from_db()
        assert not case.is_open

    def test_one_side_alone_does_not_open_it(self):
        case = make_case(parties=[party_columns("applicant")])
        intake.consent(case.parties.get(), wants_open=True, actor=case.head)
        case.refresh_from_db()
        assert not case.is_open

    def test_what_was_written_wrongly_is_put_right(self):
        case = make_case()
        party = case.parties.first()
        intake.correct_party(party, phone="13912345678", actor=case.head)
        party.refresh_from_db()
        assert party.phone == "13912345678" and case.parties.filter(phone_index=party.phone_index).exists()
        intake.correct_case(case, facts="另有一处渗水", actor=case.head)
        case.refresh_from_db()
        assert case.facts == "另有一处渗水"
        with pytest.raises(ValidationError):
            intake.correct_party(party, phone="1", actor=case.head)


@pytest.mark.django_db
class TestMediators:
    def test_the_first_leads_and_a_party_may_choose(self):
        case = make_case("accepted")
        lead = case.mediators.get()
        assert lead.is_lead and lead.chosen_by == "committee"
        chosen = make_mediator(case.community.organization)
        row = people.assign_mediator(case, mediator=chosen, chosen_by="respondent", actor=None)
        assert not row.is_lead and row.chosen_by == "respondent"
        assert people.assign_mediator(case, mediator=chosen, actor=case.head) == row
        people.assign_mediator(case, mediator=make_mediator(case.community.organization), is_lead=True, actor=case.head)
        assert case.mediators.filter(is_lead=True).count() == 1

    @pytest.mark.parametrize("columns", [{"ends_on": -1}, {"left_on": -1}, {"starts_on": 5}])
    def test_only_who_serves(self, columns):
        case = make_case("accepted")
        dates = {name: TODAY() + timedelta(days=days) for name, days in columns.items()}
        with pytest.raises(ValidationError):
            people.assign_mediator(case, mediator=make_mediator(case.community.organization, **dates), actor=case.head)

    def test_not_one_of_another_committee(self):
        case = make_case("accepted")
        with pytest.raises(ValidationError):
            people.assign_mediator(case, mediator=make_mediator(), actor=case.head)

    def test_recusal_takes_the_case_away_and_is_final(self):
        case = make_case("accepted")
        user = factories.make_post(role="community_staff", organization=case.community.organization)
        mediator = make_mediator(case.community.organization, user=user)
        row = people.assign_mediator(case, mediator=mediator, actor=case.head)
        assert Case.objects.visible_to(user).filter(pk=case.pk).exists()
        with pytest.raises(ValidationError):
            people.recuse_mediator(row, reason="", actor=case.head)
        people.recuse_mediator(row, reason="是申请人的亲戚", actor=case.head)
        assert not Case.objects.visible_to(user).filter(pk=case.pk).exists()
        with pytest.raises(ValidationError):
            people.assign_mediator(case, mediator=mediator, actor=case.head)

    def test_the_only_reader_recused_leaves_it_to_others(self):
        case = make_case("accepted")
        other = factories.make_post(role="community_staff", organization=case.community.organization)
        row = people.assign_mediator(
            case, mediator=case.community.organization.mediators.get(user=case.head), actor=case.head
        )
        people.recuse_mediator(row, reason="是邻居", actor=case.head)
        assert [reader.user for reader in case.readers.filter(ended_at=None)] == [other]

    def test_the_committee_as_the_law_wants_it(self):
        body = factories.make_organization()
        rows = [make_mediator(body, is_woman=False) for _ in range(2)]
        words = "；".join(mediators.problems(rows))
        assert "应当 3 到 9 人" in words and "妇女" in words and "主任" in words
        rows += [make_mediator(body, is_head=True)]
        assert mediators.problems(rows) == []

    def test_terms_about_to_end_are_told_once(self):
        clerk = factories.make_post(role="community_staff", organization=factories.make_organization())
        mediator = make_mediator(clerk.posts.get().organization, ends_on=TODAY() + timedelta(days=10))
        assert mediators.remind_of_terms() == 1
        mediators.remind_of_terms()
        assert [mediator.name in words for words in told(clerk)] == [True]

    def test_nobody_leaves_with_a_case_in_hand(self):
        case = make_case("accepted")
        mediator = case.mediators.get().mediator
        with pytest.raises(ValidationError):
            mediators.leave_committee(mediator, left_on=TODAY(), actor=case.head)
        intake.refuse(case.parties.first(), actor=None)
        assert mediators.leave_committee(mediator, left_on=TODAY(), actor=case.head).left_on == TODAY()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_accepted_at_once_have_two_numbers():
    community = factories.make_community()
    cases = [make_case(community=community) for _ in range(4)]
    barrier, errors = Barrier(len(cases)), []

    def accept(case):
        try:
            barrier.wait()
            intake.accept_case(case, actor=cases[0].head)
        except Exception as error:  # noqa: BLE001 - what a thread raises is told by the assertion
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=accept, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(Case.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
