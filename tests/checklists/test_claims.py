"""微心愿认领: opened or offered by staff, claimed by a person or a team, fulfilled with a photo, or back again."""

from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import TransactionTestCase
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from checklists.models import Appeal, Claim, Need, NeedEvent
from checklists.services import claims, dispatches, needs
from checklists.tasks import expire_claim, remind_claim
from checklists.views.progress import Progress
from tests import factories as make
from tests.checklists.test_services_photos import picture, upload
from tests.races import race, won
from tests.volunteers.people import make_volunteer, sign_in
from volunteers.models import Team

pytestmark = pytest.mark.django_db
S, C = Need.Status, Claim.Status
RESIDENT = NeedEvent.Party.RESIDENT
TODAY = timezone.localdate
DAY = timedelta(days=1)


@pytest.fixture
def need():
    return make.make_need(S.ACCEPTED, text="三楼的老人想要一台助听器", address_detail="2单元301")


@pytest.fixture
def clerk(need):
    return make.make_post(organization=need.community.organization)


@pytest.fixture
def helper(need):
    return make_volunteer(need.community, has_account=True)


def opened(need, clerk, **kwargs):
    claims.open_to_claim(need, actor=clerk, words="帮老人买一台助听器", **kwargs)
    return need.appeal


def claimed(need, clerk, helper, **kwargs):
    opened(need, clerk)
    return claims.claim(need, helper, plan="周六陪老人去配", actor=helper.user, **kwargs)


def in_hand(need, clerk, helper, **kwargs):
    return claims.approve(claimed(need, clerk, helper, **kwargs), actor=clerk)


def a_photo():
    return upload(picture())


def make_team(leader):
    return Team.objects.create(community=leader.community, name="爱心队", kind="volunteer", leader=leader)


def code_of(call, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    error = caught.value
    return error.code if not hasattr(error, "error_dict") else next(iter(error.error_dict))


def status_of(need):
    return Need.objects.get(pk=need.pk).status


class TestOpening:
    def test_wants_words_a_right_and_a_waiting_need(self, need, clerk):
        assert code_of(claims.open_to_claim, need, actor=clerk, words=" ") == "words"
        with pytest.raises(PermissionDenied):
            opened(need, make.make_post(organization=make.make_community().organization))
        needs.start_own_service(need, actor=clerk)
        assert code_of(opened, need, clerk) == "transition"

    def test_twice_is_once_and_it_no_longer_dispatches_itself(self, need, clerk):
        type(need.category).objects.filter(pk=need.category_id).update(auto_dispatch=True)
        assert Need.objects.dispatching_themselves().exists()
        opened(need, clerk)
        opened(need, clerk)
        assert need.events.filter(note__startswith="开放认领").count() == 1
        assert not Need.objects.dispatching_themselves().exists()
        claims.close_to_claim(need, actor=clerk)
        assert not Appeal.objects.claimable().exists() and Need.objects.dispatching_themselves().exists()

    def test_is_before_the_volunteers_of_the_community_alone(self, need, clerk, helper):
        opened(need, clerk)
        elsewhere = make_volunteer()
        assert Appeal.objects.claimable().before(helper).exists()
        assert not Appeal.objects.claimable().before(elsewhere).exists()
        Team.objects.create(community=need.community, name="外援队", kind="volunteer", leader=elsewhere)
        assert Appeal.objects.claimable().before(elsewhere).exists()


class TestClaim:
    def test_takes_the_need_and_asks_the_community(self, need, clerk, helper):
        row = claimed(need, clerk, helper)
        assert (row.status, status_of(need)) == (C.CLAIMED, S.TAKEN)
        assert row.due_on == TODAY() + 14 * DAY and row.is_active
        assert Notification.objects.get(recipient=clerk).text.endswith(f"{need.spoken_code} {need.category}")
        assert claims.claim(need, helper, plan="又点了一次", actor=helper.user) == row
        assert list(row.events.values_list("party", "to_status")) == [("volunteer", "taken")]

    def test_a_second_one_comes_too_late(self, need, clerk, helper):
        claimed(need, clerk, helper)
        other = make_volunteer(need.community, has_account=True)
        assert code_of(claims.claim, need, other, plan="我来", actor=other.user) == "taken"
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.create(need=need, volunteer=other, status=C.CLAIMED, due_on=TODAY(), reply_by=timezone.now())

    def test_says_what_is_missing(self, need, clerk, helper):
        claim = claims.claim
        assert code_of(claim, need, helper, plan="我来", actor=helper.user) == "taken"  # never opened
        opened(need, clerk)
        assert code_of(claim, need, helper, plan=" ", actor=helper.user) == "plan"
        for day in (TODAY() - DAY, TODAY() + 15 * DAY):
            assert code_of(claim, need, helper, plan="我来", due_on=day, actor=helper.user) == "due_on"
        stranger = make_volunteer(has_account=True)
        assert code_of(claim, need, stranger, plan="我来", actor=stranger.user) == "outside"
        with pytest.raises(PermissionDenied):
            claim(need, helper, plan="我来", actor=stranger.user)

    def test_a_team_by_its_leader(self, need, clerk, helper):
        team = make_team(helper)
        opened(need, clerk)
        member = make_volunteer(need.community, has_account=True)
        with pytest.raises(PermissionDenied):
            claims.claim(need, team, plan="我们来", actor=member.user)
        row = claims.claim(need, team, plan="我们来", actor=helper.user)
        assert (row.team, row.volunteer, row.public_helper) == (team, None, "爱心队")
        with pytest.raises(IntegrityError), transaction.atomic():
            Claim.objects.filter(pk=row.pk).update(volunteer=helper)

    def test_never_beside_a_dispatch(self, need, clerk, helper):
        resource = make.make_resource(make.make_unit(need.community.organization), need.category)
        row = claimed(need, clerk, helper)
        assert code_of(dispatches.dispatch, need, resource, actor=clerk) == "transition"
        claims.recall(row, reason="另找单位", actor=clerk)
        dispatches.dispatch(need, resource, actor=clerk)
        other = make_volunteer(need.community, has_account=True)
        assert code_of(claims.claim, need, other, plan="我来", actor=other.user) == "taken"
        assert code_of(claims.offer, need, other, actor=clerk) == "transition"


class TestAnswer:
    def test_refused_is_back_in_the_pool_but_not_for_the_same_one(self, need, clerk, helper):
        row = claimed(need, clerk, helper)
        assert code_of(claims.refuse, row, reason="", actor=clerk) == "reason"
        with pytest.raises(PermissionDenied):
            claims.approve(row, actor=helper.user)
        claims.refuse(row, reason="已有亲属照顾", actor=clerk)
        found = Need.objects.get(pk=need.pk)
        assert found.status == S.ACCEPTED and found.match_due_at is not None
        assert code_of(claims.claim, need, helper, plan="再来", actor=helper.user) == "refused"
        other = make_volunteer(need.community, has_account=True)
        assert claims.claim(need, other, plan="我来", actor=other.user).is_active

    def test_an_offer_is_agreed_to_or_declined(self, need, clerk, helper):
        row = claims.offer(need, helper, actor=clerk, words="您住得近")
        assert (row.status, status_of(need)) == (C.OFFERED, S.DISPATCHED)
        claims.decline(row, reason="这周出差", actor=helper.user)
        assert status_of(need) == S.ACCEPTED
        row = claims.offer(need, helper, actor=clerk)
        claims.agree(row, plan="周六去", actor=helper.user)
        row.refresh_from_db()
        assert (row.status, row.plan, status_of(need)) == (C.APPROVED, "周六去", S.TAKEN)
        claims.agree(row, plan="周六去", actor=helper.user)
        assert row.events.filter(to_status=S.TAKEN).count() == 1

    def test_an_offer_wants_somebody_to_answer_it(self, need, clerk, helper):
        team = make_team(helper)
        Team.objects.filter(pk=team.pk).update(leader=None)
        assert code_of(claims.offer, need, Team.objects.get(pk=team.pk), actor=clerk) == "leader"
        with pytest.raises(PermissionDenied):
            claims.offer(need, helper, actor=helper.user)


class TestInHand:
    def test_fulfilled_with_a_photo_rated_and_thanked(self, need, clerk, helper):
        row = in_hand(need, clerk, helper)
        claims.start(row, actor=helper.user)
        assert code_of(claims.fulfil, row, note="配好了", photos=[], actor=helper.user) == "photos"
        claims.fulfil(row, note="配好了", photos=[a_photo()], actor=helper.user)
        claims.fulfil(row, note="又点了一次", photos=[a_photo()], actor=helper.user)
        found = Need.objects.get(pk=need.pk)
        assert found.status == S.DONE and found.photos.filter(stage="finished").count() == 1
        needs.rate(need, actor=RESIDENT, satisfaction="satisfied", is_solved=True)
        claims.thank(need, "谢谢小陈")
        claims.thank(need, "再谢一次")
        row.refresh_from_db()
        assert (row.status, row.thanks) == (C.FULFILLED, "谢谢小陈")
        needs.close(need, actor=clerk)
        assert status_of(need) == S.CLOSED

    def test_only_who_has_it_brings_it_on(self, need, clerk, helper):
        row = in_hand(need, clerk, helper)
        claims.start(row, actor=helper.user)
        assert code_of(needs.finish, need, actor=clerk, note="办好了") == "claim"
        assert code_of(needs.change_status, need, S.ACCEPTED, actor=clerk) == "transition"
        stranger = make_volunteer(need.community, has_account=True)
        for verb, words in ((claims.give_up, {"reason": "x"}), (claims.start, {}), (claims.extend, {"reason": "x"})):
            with pytest.raises(PermissionDenied):
                verb(row, actor=stranger.user, **words)

    def test_extended_once_with_a_reason(self, need, clerk, helper):
        row = in_hand(need, clerk, helper, due_on=TODAY() + DAY)
        assert code_of(claims.extend, row, reason="", actor=helper.user) == "reason"
        claims.extend(row, reason="货还没到", actor=helper.user)
        row.refresh_from_db()
        assert (row.due_on, row.extension_reason) == (TODAY() + 8 * DAY, "货还没到")
        assert code_of(claims.extend, row, reason="还没到", actor=helper.user) == "extension"

    def test_given_up_or_taken_back_it_waits_again(self, need, clerk, helper):
        row = in_hand(need, clerk, helper)
        claims.give_up(row, reason="扭了脚", actor=helper.user)
        claims.give_up(row, reason="扭了脚", actor=helper.user)
        assert status_of(need) == S.ACCEPTED and Appeal.objects.claimable().exists()
        assert Notification.objects.filter(recipient=clerk, text__contains="放弃").count() == 1
        again = claims.approve(claims.claim(need, helper, plan="好了", actor=helper.user), actor=clerk)
        claims.recall(again, reason="居民换了时间", actor=clerk)
        assert status_of(need) == S.ACCEPTED
        assert code_of(claims.start, again, actor=helper.user) == "transition"

    def test_suspended_it_can_only_be_given_back(self, need, clerk, helper):
        row = in_hand(need, clerk, helper)
        needs.suspend(need, actor=clerk, reason="居民住院", until=TODAY() + 3 * DAY)
        assert code_of(claims.start, row, actor=helper.user) == "transition"
        claims.expire(row, at=timezone.now() + 30 * DAY)
        assert Claim.objects.get(pk=row.pk).is_active
        claims.give_up(row, reason="等不了", actor=helper.user)
        assert status_of(need) == S.ACCEPTED

    def test_withdrawn_by_the_resident_it_is_over(self, need, clerk, helper):
        row = in_hand(need, clerk, helper)
        needs.withdraw(need, actor=RESIDENT)
        assert (Claim.objects.get(pk=row.pk).status, status_of(need)) == (C.RECALLED, S.WITHDRAWN)


class TestSweep:
    def test_gives_back_what_nobody_is_there_for(self, need, clerk, helper):
        team = make_team(helper)
        gone = in_hand(need, clerk, helper)
        other = make.make_need(S.ACCEPTED, community=need.community)
        opened(other, clerk)
        dissolved = claims.claim(other, team, plan="周六去", actor=helper.user)
        stays = claims.offer(
            make.make_need(S.ACCEPTED, community=need.community), make_volunteer(need.community), actor=clerk
        )
        assert not Claim.objects.abandoned().exists()
        type(helper).objects.filter(pk=helper.pk).update(left_on=TODAY())
        Team.objects.filter(pk=team.pk).update(dissolved_on=TODAY())
        assert set(Claim.objects.abandoned()) == {gone, dissolved}
        for row in (gone, dissolved, stays):
            expire_claim(row.pk)
        found = dict(Claim.objects.values_list("pk", "status"))
        assert found == {gone.pk: C.RECALLED, dissolved.pk: C.RECALLED, stays.pk: C.OFFERED}
        assert status_of(need) == status_of(other) == S.ACCEPTED

    def test_gives_back_what_was_not_answered_or_not_done(self, need, clerk, helper):
        offered = claims.offer(need, helper, actor=clerk)
        late = in_hand(make.make_need(S.ACCEPTED, community=need.community), clerk, helper)
        fine = in_hand(make.make_need(S.ACCEPTED, community=need.community), clerk, helper)
        Claim.objects.filter(pk=offered.pk).update(reply_by=timezone.now() - DAY)
        Claim.objects.filter(pk=late.pk).update(due_on=TODAY() - DAY)
        at = timezone.now()
        assert set(Claim.objects.unanswered(at) | Claim.objects.overdue(TODAY())) == {offered, late}
        for row in (offered, late, fine, late):
            expire_claim(row.pk)
        found = dict(Claim.objects.values_list("pk", "status"))
        assert found == {offered.pk: C.EXPIRED, late.pk: C.EXPIRED, fine.pk: C.APPROVED}
        assert status_of(need) == status_of(late.need) == S.ACCEPTED
        assert Notification.objects.filter(recipient=clerk, text__contains="到期没有办好").count() == 1

    def test_reminds_once_for_each_date(self, need, clerk, helper):
        row = in_hand(need, clerk, helper, due_on=TODAY() + 2 * DAY)
        soon = TODAY() + 2 * DAY
        assert list(Claim.objects.running_out(soon)) == [row]
        for _ in range(2):
            remind_claim(row.pk)
        told = Notification.objects.filter(recipient=helper.user, text__contains="前要办好")
        assert told.count() == 1
        assert not Claim.objects.running_out(soon).exists()
        claims.extend(row, reason="货还没到", actor=helper.user)
        assert not Claim.objects.running_out(soon).exists()


class TestResidentsWords:
    def test_tell_who_without_a_name(self, need, clerk, helper):
        row = claimed(need, clerk, helper)
        assert Progress(Need.objects.get(pk=need.pk)).title == "一位志愿者想来帮您"
        claims.approve(row, actor=clerk)
        claims.start(row, actor=helper.user)
        assert Progress(Need.objects.get(pk=need.pk)).title == "一位志愿者正在办"
        claims.fulfil(row, note="配好了", photos=[a_photo()], actor=helper.user)
        progress = Progress(Need.objects.get(pk=need.pk))
        assert "一位志愿者办好了" in [step["title"] for step in progress.steps]


# --- The pages --------------------------------------------------------------------------------------------------------
def words_of(response):
    return response.content.decode()


class TestVolunteersPages:
    def test_the_list_shows_the_words_and_nothing_personal(
        self, client, need, clerk, helper, django_assert_max_num_queries
    ):
        opened(need, clerk)
        page = words_of(sign_in(client, helper).get(reverse("claims:list")))
        assert "帮老人买一台助听器" in page
        for secret in (need.text, need.contact_name, need.contact_phone, need.address_detail):
            assert secret not in page
        before = len(page)
        for _ in range(3):
            opened(make.make_need(S.ACCEPTED, community=need.community), clerk)
        with django_assert_max_num_queries(15):
            assert len(words_of(client.get(reverse("claims:list")))) > before

    def test_whoever_is_nobodys_is_led_to_sign_in(self, client):
        assert reverse("me:sign_in") in client.get(reverse("claims:list")).url

    def test_claims_and_reads_the_contact_once_approved(self, client, need, clerk, helper):
        appeal = opened(need, clerk)
        sign_in(client, helper)
        page = reverse("claims:create", args=[appeal.pk])
        answer = client.post(page, {"helper": "self", "plan": "", "due_on": TODAY().isoformat()})
        assert answer.status_code == 422 and "请写一句打算怎么帮" in words_of(answer)
        answer = client.post(page, {"helper": "self", "plan": "周六去", "due_on": TODAY().isoformat()})
        row = Claim.objects.get()
        assert answer.url == reverse("claims:detail", args=[row.pk])
        reveal = reverse("claims:reveal", args=[row.pk, "contact_phone"])
        client.post(reveal)
        assert not LogEntry.objects.filter(action=LogEntry.Action.ACCESS).exists()
        claims.approve(row, actor=clerk)
        shown = words_of(client.get(answer.url))
        assert need.text in shown and need.contact_phone not in shown
        assert need.contact_phone in words_of(client.post(reveal))
        log = LogEntry.objects.get(action=LogEntry.Action.ACCESS)
        assert (log.actor, log.additional_data["claim"]) == (helper.user, row.pk)
        assert client.post(reverse("claims:reveal", args=[row.pk, "code"])).status_code == 404

    def test_brings_it_on_and_keeps_what_was_typed(self, client, need, clerk, helper):
        row = in_hand(need, clerk, helper)
        sign_in(client, helper)
        client.post(reverse("claims:act", args=[row.pk, "start"]))
        assert status_of(need) == S.IN_SERVICE
        act = reverse("claims:act", args=[row.pk, "fulfil"])
        answer = client.post(act, {"note": "配好了"})
        assert answer.status_code == 422 and "配好了" in words_of(answer)
        client.post(act, {"note": "配好了", "photos": a_photo()})
        assert status_of(need) == S.DONE
        photo = need.photos.get(stage="finished")
        assert client.get(reverse("claims:photo", args=[photo.pk])).status_code == 200
        assert client.get(act).status_code == 302

    def test_others_do_not_see_it(self, client, need, clerk, helper):
        row = in_hand(need, clerk, helper)
        sign_in(client, make_volunteer(need.community, has_account=True))
        for name, more in (("detail", ()), ("act", ("give-up",)), ("reveal", ("contact_phone",))):
            assert client.post(reverse(f"claims:{name}", args=[row.pk, *more])).status_code in (404, 405)
        assert client.get(reverse("claims:detail", args=[row.pk])).status_code == 404
        foreign = make_volunteer(has_account=True)
        sign_in(client, foreign)
        assert client.get(reverse("claims:create", args=[need.appeal.pk])).status_code == 404


class TestStaffsPages:
    def step(self, client, need, verb, **typed):
        return client.post(reverse("admin:checklists_need_step", args=[need.pk, verb]), typed)

    def test_opens_approves_and_takes_back(self, client, need, clerk, helper):
        client.force_login(clerk)
        assert self.step(client, need, "open-claim", text="请打 13800000000").status_code == 422
        self.step(client, need, "open-claim", text="帮老人买助听器")
        row = claims.claim(need, helper, plan="周六去", actor=helper.user)
        page = words_of(client.get(reverse("admin:checklists_need_change", args=[need.pk])))
        assert "同意认领" in page and "周六去" in page
        assert need.spoken_code in words_of(client.get(reverse("admin:index", query={"heap": "claimed"})))
        self.step(client, need, "approve-claim")
        assert Claim.objects.get(pk=row.pk).status == C.APPROVED
        assert self.step(client, need, "recall-claim", reason="").status_code == 422
        self.step(client, need, "recall-claim", reason="居民换了时间")
        assert status_of(need) == S.ACCEPTED

    def test_offers_to_one_of_the_community(self, client, need, clerk, helper):
        client.force_login(clerk)
        team, foreign = make_team(helper), make_team(make_volunteer())
        refused = self.step(client, need, "offer", team=foreign.pk)
        assert refused.status_code == 422
        assert self.step(client, need, "offer", team=team.pk, volunteer=helper.code).status_code == 422
        assert self.step(client, need, "offer", volunteer=helper.code).status_code == 302
        assert Claim.objects.get().volunteer == helper

    def test_lists_the_claims_of_the_own_community(self, client, need, clerk, helper):
        in_hand(need, clerk, helper)
        client.force_login(clerk)
        page = reverse("admin:checklists_claim_changelist")
        assert need.spoken_code in words_of(client.get(page))
        client.force_login(make.make_post(organization=make.make_community().organization))
        assert need.spoken_code not in words_of(client.get(page))

    def test_the_queue_says_whose_hands_it_is_in(self, need, clerk, helper):
        claimed(need, clerk, helper)
        row = Need.objects.with_holder().with_columns().get()
        assert (row.holder, row.claim_status, row.claimed_by) == ("志愿者", "claimed", None)


@pytest.mark.postgres
class TestRace(TransactionTestCase):
    def test_exactly_one_of_many_has_it(self):
        need = make.make_need(S.ACCEPTED)
        clerk = make.make_post(organization=need.community.organization)
        helpers = [make_volunteer(need.community, has_account=True) for _ in range(6)]
        opened(need, clerk)
        results = race(*[lambda h=each: claims.claim(need, h, plan="我来", actor=h.user) for each in helpers])
        assert len(won(results)) == 1
        assert {error.code for error in results if error not in won(results)} == {"taken"}
        assert Claim.objects.active().count() == 1 and need.events.filter(to_status=S.TAKEN).count() == 1

    def test_a_unit_and_a_volunteer_at_once(self):
        need = make.make_need(S.ACCEPTED)
        clerk = make.make_post(organization=need.community.organization)
        resource = make.make_resource(make.make_unit(need.community.organization), need.category)
        helper = make_volunteer(need.community, has_account=True)
        opened(need, clerk)
        results = race(
            lambda: claims.claim(need, helper, plan="我来", actor=helper.user),
            lambda: dispatches.dispatch(need, resource, actor=clerk),
        )
        assert len(won(results)) == 1
        assert Claim.objects.active().count() + need.dispatches.open().count() == 1
