"""志愿者: registered once, found again, acted for, gone, put right; and their card."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from govern.dates import months_after
from grids.models import Community
from organizations.models import PartyMember
from tests.factories import make_community, make_liaison, make_member, make_post, make_superuser, make_unit, make_user
from tests.volunteers.people import identity_of, make_volunteer, new_phone, sign_in
from tests.volunteers.sessions import make_session, make_signup
from volunteers.cards import card_address, card_token, read_card_token
from volunteers.models import Correction, Volunteer
from volunteers.services import corrections, facts, leaving, people
from volunteers.services.people import may_act_for

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def years_ago(years):
    return months_after(TODAY(), -12 * years)


def faults(**fields):
    with pytest.raises(ValidationError) as caught:
        make_volunteer(**fields)
    return set(caught.value.message_dict)


def clerk_of(community):
    return make_post(organization=community.organization)


class TestRegister:
    def test_number_has_the_district_and_tells_nothing(self):
        community = make_community()
        first, second = make_volunteer(community), make_volunteer(community)
        assert len(first.code) == 14 and first.code.startswith(community.street.district.code)
        assert abs(int(first.code) - int(second.code)) > 1

    def test_one_person_once(self):
        number = identity_of(years_ago(40))
        known = make_volunteer(identity_number=number)
        assert faults(phone=known.phone) == {"phone"}
        assert faults(identity_number=number) == {"identity_number"}
        assert people.find_known(phone=known.phone) == people.find_known(identity_number=number) == known

    def test_who_left_may_come_again(self):
        known = make_volunteer()
        leaving.leave(known, reason="搬走了", actor=make_superuser())
        assert people.find_known(phone=known.phone) is None
        assert make_volunteer(phone=known.phone).pk != known.pk

    @pytest.mark.parametrize("field, value", [("phone", "12345"), ("identity_number", "320508199001011234")])
    def test_bad_number_is_told_beside_its_field(self, field, value):
        assert faults(**{field: value}) == {field}

    def test_birthday_comes_from_the_identity_number(self):
        born = years_ago(40)
        assert make_volunteer(identity_number=identity_of(born)).born_on == born
        assert faults(identity_number=identity_of(born), born_on=years_ago(30)) == {"born_on"}
        assert faults(born_on=TODAY() + timedelta(days=1)) >= {"born_on"}

    def test_minor_needs_a_guardian(self):
        born = years_ago(18) + timedelta(days=1)
        assert faults(born_on=born) == {"guardian_name", "guardian_phone"}
        minor = make_volunteer(born_on=born, guardian_name="陈母", guardian_phone=new_phone())
        assert minor.guardian_agreed_at == minor.registered_at
        assert make_volunteer(born_on=years_ago(18)).guardian_agreed_at is None

    def test_party_member_is_joined(self):
        phone, number = new_phone(), identity_of(years_ago(50))
        by_phone, by_number = make_member(phone=phone), make_member(identity_number=number)
        joined = make_volunteer(phone=phone, name=by_phone.name)
        assert (joined.member, joined.kind) == (by_phone, Volunteer.Kind.MEMBER)
        assert make_volunteer(identity_number=number).member == by_number

    def test_shared_phone_or_member_who_left_is_not_joined(self):
        phone = new_phone()
        member = make_member(phone=phone)
        assert make_volunteer(phone=phone, name="别人").member is None
        PartyMember.objects.filter(pk=member.pk).update(left_on=TODAY(), leaving="deceased")
        Volunteer.objects.update(left_on=TODAY())
        assert make_volunteer(phone=phone, name=member.name).member is None

    def test_reach(self):
        community = make_community()
        unit = make_unit(community.organization)
        make_volunteer(community, actor=clerk_of(community))
        make_volunteer(make_community(), actor=make_liaison(unit), unit=unit)
        for actor in (clerk_of(make_community()), make_liaison(unit), make_user()):
            with pytest.raises(PermissionDenied):
                make_volunteer(community, actor=actor)


class TestActing:
    def test_own_user_and_staff_of_the_place(self):
        volunteer = make_volunteer(has_account=True)
        assert may_act_for(volunteer.user, volunteer)
        assert may_act_for(clerk_of(volunteer.community), volunteer)
        for actor in (None, make_user(), clerk_of(make_community()), make_volunteer(has_account=True).user):
            assert not may_act_for(actor, volunteer)

    def test_nobody_acts_as_one_who_left(self):
        volunteer = make_volunteer(has_account=True)
        leaving.leave(volunteer, reason="搬走了", actor=volunteer.user)
        volunteer.refresh_from_db()
        assert not may_act_for(volunteer.user, volunteer)


class TestLeave:
    def test_everything_personal_is_forgotten_and_the_number_stays(self):
        volunteer = make_volunteer(has_account=True, identity_number=identity_of(years_ago(40)), employer="一中")
        user, code = volunteer.user, volunteer.code
        leaving.erase(volunteer, actor=user)
        row = Volunteer.objects.get(pk=volunteer.pk)
        assert (row.code, row.name, row.left_on) == (code, "已注销", TODAY())
        assert not any([row.phone, row.identity_number, row.employer, row.born_on, row.phone_index, row.user])
        user.refresh_from_db()
        assert not user.is_active and user.name == "已注销"

    def test_again_changes_nothing(self):
        volunteer, boss = make_volunteer(), make_superuser()
        leaving.leave(volunteer, reason="搬走了", actor=boss)
        leaving.leave(volunteer, reason="别的原因", actor=boss)
        volunteer.refresh_from_db()
        assert volunteer.leaving_reason == "搬走了"
        leaving.erase(volunteer, actor=boss)
        leaving.erase(volunteer, actor=boss)

    def test_foreign_staff_may_not(self):
        with pytest.raises(PermissionDenied):
            leaving.leave(make_volunteer(), reason="搬走了", actor=clerk_of(make_community()))

    def test_reason_is_asked_for(self):
        with pytest.raises(ValidationError, match="原因"):
            leaving.leave(make_volunteer(), reason=" ", actor=make_superuser())


class TestFacts:
    def test_phone_of_another_is_refused_beside_the_field(self):
        volunteer, other = make_volunteer(has_account=True), make_volunteer()
        with pytest.raises(ValidationError) as caught:
            facts.change_phone(volunteer, other.phone, actor=volunteer.user)
        assert "phone" in caught.value.message_dict
        phone = new_phone()
        facts.change_phone(volunteer, phone, actor=volunteer.user)
        assert people.find_known(phone=phone) == volunteer

    def test_own_facts_are_few(self):
        volunteer = make_volunteer(has_account=True)
        with pytest.raises(TypeError):
            facts.correct_own_facts(volunteer, actor=volunteer.user, name="别名")
        with pytest.raises(PermissionDenied):
            facts.correct_own_facts(volunteer, actor=make_user(), employer="一中")

    def test_staff_correct_and_the_accounts_name_follows(self):
        volunteer = make_volunteer(has_account=True)
        facts.correct_facts(volunteer, actor=clerk_of(volunteer.community), name="欧阳志愿")
        volunteer.user.refresh_from_db()
        assert volunteer.user.name == "欧***"


class TestCorrections:
    def ask(self, volunteer, text="上次少记了一小时"):
        return corrections.ask_correction(volunteer, text=text, actor=volunteer.user)

    def test_same_words_are_one_request(self):
        volunteer = make_volunteer(has_account=True)
        assert self.ask(volunteer) == self.ask(volunteer)

    def test_answer_is_told_and_final(self):
        volunteer = make_volunteer(has_account=True)
        row, clerk = self.ask(volunteer), clerk_of(volunteer.community)
        corrections.answer_correction(row, "corrected", answer="已补记。", actor=clerk)
        assert "已补记" in volunteer.user.notifications.get().text
        with pytest.raises(ValidationError, match="旧页面"):
            corrections.answer_correction(row, "refused", answer="没有错", actor=clerk)

    def test_foreign_staff_and_the_person_do_not_answer(self):
        volunteer = make_volunteer(has_account=True)
        row = self.ask(volunteer)
        for actor in (clerk_of(make_community()), volunteer.user):
            with pytest.raises(PermissionDenied):
                corrections.answer_correction(row, "refused", answer="没有错", actor=actor)

    def test_heap_of_requests_is_limited(self):
        volunteer = make_volunteer(has_account=True)
        for number in range(corrections.MOST_OPEN):
            self.ask(volunteer, f"第{number}处")
        with pytest.raises(ValidationError, match="在核实"):
            self.ask(volunteer, "又一处")


class TestCard:
    def test_token_is_read_alone_or_in_its_address(self):
        volunteer = make_volunteer()
        assert read_card_token(card_token(volunteer)) == read_card_token(card_address(volunteer)) == volunteer
        assert read_card_token(volunteer.code) is None and read_card_token("x:y:z") is None

    def test_leader_checks_in_whoever_shows_it(self, client):
        leader, volunteer = make_volunteer(has_account=True), make_volunteer()
        session = make_session(leader.community, leader=leader, starts_at=timezone.now() + timedelta(minutes=10))
        signup = make_signup(session, volunteer)
        page = sign_in(client, leader).get(f"/me/cards/{card_token(volunteer)}/").content.decode()
        assert volunteer.masked_name in page and session.title in page
        client.post(f"/me/sessions/{session.code}/roll/", {"signup": signup.pk, "act": "arrive"})
        signup.refresh_from_db()
        assert signup.arrived_at is not None

    def test_stranger_learns_nothing(self, client):
        volunteer = make_volunteer()
        sign_in(client, make_volunteer())
        page = client.get(f"/me/cards/{card_token(volunteer)}/").content.decode()
        assert volunteer.code not in page.replace(" ", "") and "没有可以签到的活动" in page


class TestStaffPages:
    LIST = "/admin/volunteers/volunteer/"

    @pytest.fixture
    def world(self, client):
        community = make_community()
        volunteer = make_volunteer(community, identity_number=identity_of(years_ago(40)), name="上官志愿")
        client.force_login(clerk_of(community), backend="organizations.backends.PostBackend")
        return volunteer

    def page(self, volunteer, tail="change"):
        return f"{self.LIST}{volunteer.pk}/{tail}/"

    def test_list_is_masked_scoped_and_found_by_hash(self, client, world, django_assert_max_num_queries):
        foreign = make_volunteer()
        for query in ("", f"?q={world.phone}", f"?q={world.identity_number}", f"?q={world.code}"):
            page = client.get(self.LIST + query).content.decode()
            assert world.masked_phone in page and foreign.masked_phone not in page
            assert "上官" not in page
        assert world.phone not in client.get(self.LIST).content.decode()
        assert foreign.masked_phone not in client.get(f"{self.LIST}?q={foreign.phone}").content.decode()
        for _ in range(5):
            make_volunteer(world.community)
        with django_assert_max_num_queries(22):
            client.get(self.LIST)

    def test_page_masks_and_foreign_is_not_there(self, client, world):
        page = client.get(self.page(world)).content.decode()
        assert "上***" in page and world.phone not in page and world.identity_number not in page
        assert client.get(self.page(make_volunteer())).status_code == 404

    def test_edit_keeps_what_is_not_typed(self, client, world):
        url = self.page(world, "edit")
        form = client.get(url)
        assert world.phone not in form.content.decode() and "上官志愿" not in form.content.decode()
        typed = {"kind": "citizen", "name": "", "phone": "", "identity_number": "", "employer": "一中"}
        assert client.post(url, typed).status_code == 302
        before, row = world.phone, Volunteer.objects.get(pk=world.pk)
        assert (row.name, row.phone, row.employer) == ("上官志愿", before, "一中")
        taken = make_volunteer(world.community).phone
        answer = client.post(url, {**typed, "phone": taken})
        assert answer.status_code == 200 and "已经登记过志愿者" in answer.content.decode()

    def test_leave_and_erase_by_staff(self, client, world):
        assert client.post(self.page(world, "leave/do"), {"reason": ""}).status_code == 422
        assert client.post(self.page(world, "leave/do"), {"reason": "搬走了"}).status_code == 302
        assert client.post(self.page(world, "erase/do"), {"is_sure": "on"}).status_code == 302
        world.refresh_from_db()
        assert world.name == "已注销" and client.get(self.page(world)).status_code == 200
        assert client.get(self.page(world, "edit")).status_code == 302

    def test_export_is_masked(self, client, world):
        answer = client.get(f"{self.LIST}export/")
        assert answer.status_code == 200 and world.phone.encode() not in answer.content

    def test_correction_queue(self, client, world):
        row = Correction.objects.create(volunteer=world, text="名字写错了一个字")
        foreign = Correction.objects.create(volunteer=make_volunteer(), text="别处的申请")
        queue = client.get("/admin/volunteers/correction/").content.decode()
        assert row.text in queue and foreign.text not in queue
        url = f"/admin/volunteers/correction/{row.pk}/"
        assert row.text in client.get(f"{url}change/").content.decode()
        assert client.post(f"{url}answer/do/", {"to": "corrected"}).status_code == 422
        assert client.post(f"{url}answer/do/", {"to": "corrected", "answer": "已改好。"}).status_code == 302
        assert client.get(f"/admin/volunteers/correction/{foreign.pk}/change/").status_code == 404

    def test_nobody_is_added_here(self, client, world):
        assert client.get(f"{self.LIST}add/").status_code in (403, 404)
        assert Community.objects.count() == 1
