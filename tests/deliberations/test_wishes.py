"""心愿: offered by consent, verified, numbered, put up; claimed and fulfilled as its need is; thanked, taken down."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.test import TransactionTestCase
from django.utils import timezone

from accounts.models import Notification
from checklists.models import Appeal, Need, NeedEvent
from checklists.services import claims, needs
from deliberations import wall_states
from deliberations.models import Wish
from deliberations.services import wishes
from deliberations.wall_words import given_away
from tests import factories as make
from tests.checklists.test_services_photos import picture, upload
from tests.deliberations.wishes import WORDS, make_wish
from tests.races import race, won
from tests.volunteers.people import make_volunteer

pytestmark = pytest.mark.django_db
S = Need.Status
RESIDENT = NeedEvent.Party.RESIDENT


def code_of(call, *args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    error = caught.value
    return next(iter(error.error_dict)) if hasattr(error, "error_dict") else error.code


def on_the_wall(wish):
    return Wish.objects.on_the_wall().filter(pk=wish.pk).exists()


def fulfil(wish, **columns):
    Need.objects.filter(pk=wish.need_id).update(**{"status": S.DONE, "done_at": timezone.now(), **columns})


class TestWords:
    def test_tell_of_nobody(self):
        cases = {
            "想要一台收音机": False,
            "想要10斤大米、2桶油，2026年春节前": False,
            "2026-11-23 下午想理发": False,
            "教室里想要一台风扇": False,
            "一位女士想学剪纸": False,
            "请打13800000001": True,
            "请打 138 0000-0001": True,
            "请打一三八零零零零零零零一": True,
            "电话０９９０-8801234": True,
            "证件32050819500101123X": True,
            "王秀兰想要收音机": True,
            "秀 兰想要收音机": True,
            "送到3号楼": True,
            "送到三单元": True,
            "送到2-1-502": True,
            "送到枫林里老院": True,
        }
        names, places = ["王秀兰", "李女士", ""], ["枫林里老院", "", None]
        assert {words: bool(given_away(words, names=names, places=places)) for words in cases} == cases


class TestOffering:
    def test_by_the_resident_waits_for_staff_and_tells_them(self):
        need = make.make_need(S.ACCEPTED)
        clerk = make.make_post(organization=need.community.organization)
        wish = wishes.offer_wish(need, words=WORDS, actor=RESIDENT)
        assert (wish.consent, wish.verified_at, wish.number) == ("online", None, None)
        assert Notification.objects.get(recipient=clerk).link == f"/admin/deliberations/wish/{wish.pk}/change/"
        assert wishes.offer_wish(need, words="换一句", actor=RESIDENT).words == WORDS

    def test_refuses_what_tells_whose_it_is_beside_the_words(self):
        need = make.make_need(S.ACCEPTED, contact_name="王秀兰", address_detail="东头平房")
        for words in ("王秀兰想要收音机", "东头平房的老人想要收音机", "打13800000001"):
            assert code_of(wishes.offer_wish, need, words=words, actor=RESIDENT) == "words", words
        assert not Wish.objects.exists()

    def test_refuses_what_has_ended(self):
        assert code_of(wishes.offer_wish, make.make_need(S.WITHDRAWN), words=WORDS, actor=RESIDENT) == "ended"

    def test_is_for_staff_of_the_community_alone(self):
        need = make.make_need(S.ACCEPTED)
        foreign = make.make_post(organization=make.make_community().organization)
        with pytest.raises(PermissionDenied):
            wishes.offer_wish(need, words=WORDS, actor=foreign)
        own = make.make_post(organization=need.community.organization)
        wish = wishes.offer_wish(need, words=WORDS, actor=own, consent="phone")
        assert wish.consent == "phone"
        for verb, kwargs in ((wishes.verify_wish, {"words": WORDS}), (wishes.publish_wish, {})):
            with pytest.raises(PermissionDenied):
                verb(wish, actor=foreign, **kwargs)


class TestPublishing:
    def test_numbers_it_and_opens_it_to_be_claimed(self):
        wish = make_wish(far="verified")
        clerk = make.make_post(organization=wish.need.community.organization)
        wish = wishes.publish_wish(wish, actor=clerk, to_units=True)
        assert wish.label == f"{timezone.localdate().year}-001" and on_the_wall(wish)
        need = Need.objects.get(pk=wish.need_id)
        assert Appeal.objects.claimable().get().words == WORDS and need.is_grabbable and need.grab_note == WORDS
        assert need.events.filter(is_note_public=True, note=f"心愿上墙，编号 {wish.label}").exists()
        assert wishes.publish_wish(wish, actor=clerk).number == 1
        assert make_wish(community=need.community).number == 2 and make_wish().number == 1

    def test_wants_it_verified_and_its_need_accepted(self):
        wish = make_wish(far="offered")
        chief = make.make_superuser()
        assert code_of(wishes.publish_wish, wish, actor=chief) == "transition"
        wish = wishes.verify_wish(wish, words=WORDS, actor=chief)
        for status, code in ((S.SUBMITTED, "need"), (S.CLOSED, "need"), (S.WITHDRAWN, "need")):
            Need.objects.filter(pk=wish.need_id).update(status=status)
            assert code_of(wishes.publish_wish, wish, actor=chief) == code
        with pytest.raises(IntegrityError), transaction.atomic():
            Wish.objects.filter(pk=wish.pk).update(published_at=timezone.now())

    def test_looks_again_at_what_the_words_tell(self):
        wish = make_wish(far="verified", words="想和许小满一起唱歌")
        Need.objects.filter(pk=wish.need_id).update(contact_name="许小满")
        assert code_of(wishes.publish_wish, wish, actor=make.make_superuser()) == "words"


class TestState:
    def test_is_the_needs_own(self):
        wish = make_wish()
        expected = {
            **dict.fromkeys((S.ACCEPTED, S.ESCALATED, S.REOPENED), "waiting"),
            **dict.fromkeys((S.DISPATCHED, S.TAKEN, S.IN_SERVICE, S.SUSPENDED, S.SPLIT, S.HANDED_OFF), "claimed"),
            **dict.fromkeys((S.DONE, S.RATED, S.CLOSED), "fulfilled"),
            **dict.fromkeys((S.REJECTED, S.MERGED, S.WITHDRAWN), ""),
        }
        for status, state in expected.items():
            fulfil(wish, status=status, merged_into=wish.need_id, handed_to="区残联")
            row = Wish.objects.on_the_wall().with_story().filter(pk=wish.pk).first()
            assert (wall_states.state_of(row.need) if row else "") == state, status
            if state:
                assert Wish.objects.on_the_wall().in_state(state).get() == wish
                assert wall_states.words_of(row.need, row.helper)

    def test_a_withdrawn_need_leaves_the_wall_and_so_does_what_was_closed_unsolved(self):
        wish = make_wish()
        needs.withdraw(wish.need, actor=RESIDENT)
        assert not on_the_wall(wish)
        unsolved = make_wish()
        fulfil(unsolved, status=S.RATED, is_solved=False)
        assert Wish.objects.on_the_wall().in_state("claimed").get() == unsolved
        fulfil(unsolved, status=S.CLOSED, is_solved=False)
        assert not on_the_wall(unsolved)

    def test_a_fulfilled_one_stays_for_the_set_days(self):
        wish, days = make_wish(), timedelta(days=60)
        fulfil(wish, status=S.CLOSED, done_at=timezone.now() - days + timedelta(hours=1))
        assert on_the_wall(wish)
        fulfil(wish, status=S.CLOSED, done_at=timezone.now() - days - timedelta(hours=1))
        assert not on_the_wall(wish)

    def test_a_claim_shows_a_team_by_its_name_and_a_person_by_none(self):
        wish = make_wish()
        clerk = make.make_post(organization=wish.need.community.organization)
        helper = make_volunteer(wish.need.community, name="陈志愿", has_account=True)
        row = claims.claim(wish.need, helper, plan="周六送去", actor=helper.user)
        shown = Wish.objects.with_story().get(pk=wish.pk)
        assert shown.helper is None and "正在核实" in wall_states.words_of(shown.need, shown.helper)
        claims.approve(row, actor=clerk)
        shown = Wish.objects.with_story().get(pk=wish.pk)
        assert wall_states.words_of(shown.need, shown.helper) == "一位志愿者认领了"
        claims.fulfil(row, note="送到了", photos=[upload(picture())], actor=helper.user)
        shown = Wish.objects.with_story().get(pk=wish.pk)
        assert (wall_states.state_of(shown.need), shown.helper) == ("fulfilled", "一位志愿者")


class TestTakingDown:
    def test_ends_the_claims_and_may_be_offered_anew_under_its_number(self):
        wish = make_wish()
        clerk = make.make_post(organization=wish.need.community.organization)
        wish = wishes.take_down_wish(wish, reason="字句要改", actor=clerk)
        assert not on_the_wall(wish) and not Appeal.objects.claimable().exists()
        assert code_of(wishes.publish_wish, wish, actor=clerk) == "transition"
        again = wishes.offer_wish(wish.need, words=WORDS, actor=clerk)
        assert (again.pk, again.verified_at, again.published_at) == (wish.pk, None, None)
        again = wishes.publish_wish(wishes.verify_wish(again, words=WORDS, actor=clerk), actor=clerk)
        assert again.number == wish.number and Appeal.objects.claimable().exists()

    def test_wants_a_reason_and_twice_is_once(self):
        wish, chief = make_wish(), make.make_superuser()
        assert code_of(wishes.take_down_wish, wish, reason=" ", actor=chief) == "reason"
        first = wishes.take_down_wish(wish, reason="重复", actor=chief)
        assert wishes.take_down_wish(wish, reason="又点", actor=chief).taken_down_at == first.taken_down_at

    def test_withdrawn_consent_takes_down_and_deletes_what_was_public(self, django_capture_on_commit_callbacks):
        wish, chief = make_wish(), make.make_superuser()
        fulfil(wish)
        photo = ContentFile(picture(), name="photo.jpg")
        wish = wishes.thank_wish(wish, thanks="谢谢", photo=photo, has_photo_consent=True, actor=chief)
        storage, name = wish.photo.storage, wish.photo.name
        assert storage.exists(name)
        with django_capture_on_commit_callbacks(execute=True):
            wish = wishes.withdraw_consent(wish, actor=RESIDENT)
        assert (wish.thanks, wish.has_photo_consent, bool(wish.photo)) == ("", False, False)
        assert wish.taken_down_at and not storage.exists(name)
        with pytest.raises(IntegrityError), transaction.atomic():
            Wish.objects.filter(pk=wish.pk).update(taken_down_at=None)


class TestThanks:
    def test_only_for_what_was_fulfilled_and_by_consent(self):
        wish, chief = make_wish(), make.make_superuser()
        assert code_of(wishes.thank_wish, wish, thanks="谢谢", actor=chief) == "state"
        fulfil(wish)
        photo = ContentFile(picture(), name="photo.jpg")
        assert code_of(wishes.thank_wish, wish, photo=photo, actor=chief) == "has_photo_consent"
        assert code_of(wishes.thank_wish, wish, actor=chief) == "thanks"
        assert code_of(wishes.thank_wish, wish, thanks="我是王秀兰", actor=chief) == "thanks"
        assert wishes.thank_wish(wish, thanks="谢谢大家", actor=chief).thanks == "谢谢大家"
        with pytest.raises(IntegrityError), transaction.atomic():
            Wish.objects.filter(pk=wish.pk).update(photo="x.jpg")


@pytest.mark.postgres
class TestRaces(TransactionTestCase):
    def test_two_at_once_get_two_numbers(self):
        community, chief = make.make_community(), make.make_superuser()
        rows = [make_wish(far="verified", community=community, clerk=chief) for _ in range(4)]
        results = race(*(lambda row=row: wishes.publish_wish(row, actor=chief).number for row in rows))
        assert sorted(won(results)) == [1, 2, 3, 4], results
