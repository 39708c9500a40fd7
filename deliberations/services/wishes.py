"""心愿墙: offered with consent, verified, numbered and published, thanked, taken down.

Claiming, fulfilling and closing are the need's own (checklists); publishing opens it to them. Locks: the community,
then the need, then the wish.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.services import notify
from checklists.models import Appeal, Need, NeedEvent
from checklists.services import claims, grabs, needs
from checklists.services.claims.appeals import record
from checklists.services.needs.door import demand
from deliberations import wall_states
from deliberations.models import Wish
from deliberations.wall_words import given_away
from grids.models import Community

Party = NeedEvent.Party
Status = Need.Status
WITHDRAWN_WORDS = "居民撤回同意"


@transaction.atomic
def offer_wish(need, *, words, actor, consent="", at=None):
    """征集: the resident agrees to the wall (Party.RESIDENT, whose receipt the caller has seen), or staff write down
    that they did and how (`consent`). `words` may wait for staff.

    On offer already, nothing happens; one that was taken down is offered anew and keeps its number.
    """
    at = at or timezone.now()
    need, _ = needs.lock_need(need)
    if actor != Party.RESIDENT:
        _demand_right(actor, "deliberations.add_wish", need)
    if not need.is_open:
        raise ValidationError("这件事已经有结果了，不能再上心愿墙。", code="ended")
    _refuse_telling(need, words, "words")
    wish = Wish.objects.select_for_update(no_key=True).filter(need=need).first()
    if wish is not None and wish.taken_down_at is None:
        return wish
    wish = wish or Wish(need=need)
    wish.words, wish.agreed_at = words.strip(), at
    wish.consent = consent or (Wish.Consent.ONLINE if actor == Party.RESIDENT else Wish.Consent.SIGNED)
    wish.verified_by = wish.verified_at = wish.published_at = wish.taken_down_at = wish.withdrawn_at = None
    wish.taken_down_reason = ""
    wish.save()
    if actor == Party.RESIDENT:
        link = f"/admin/deliberations/wish/{wish.pk}/change/"
        notify(needs.staff_of(need.community), text=f"居民愿意把心愿放上心愿墙，请核实：{need.spoken_code}", link=link)
    return wish


@transaction.atomic
def verify_wish(wish, *, words, actor, at=None):
    """核实: whose it is, how to reach them, what it is about, whether it is reasonable; with the words of the wall."""
    need, wish = _lock(wish, actor)
    demand(words, "words", "请写墙上的话。")
    _refuse_telling(need, words, "words")
    if wish.taken_down_at or wish.published_at:
        raise stale(wish)
    wish.words, wish.verified_by, wish.verified_at = words.strip(), actor, at or timezone.now()
    wish.save(update_fields=["words", "verified_by", "verified_at"])
    return wish


@transaction.atomic
def publish_wish(wish, *, actor, to_units=False, at=None):
    """上墙: a number of its community and year, open to be claimed by volunteers and teams; `to_units`: by units too.

    Two at once get two numbers: the community is locked while they are counted. On the wall already, nothing happens.
    """
    at = at or timezone.now()
    community = Community.objects.select_for_update(no_key=True).get(pk=wish.need.community_id)
    need, wish = _lock(wish, actor)
    if wish.is_published:
        return wish
    if wish.taken_down_at or wish.verified_at is None or need.community_id != community.pk:
        raise stale(wish)
    _refuse_telling(need, wish.words, "words")  # the need may have been put right since
    if need.status == Status.SUBMITTED or wall_states.state_of(need) in ("", "fulfilled"):
        words = "这件事还没有受理，请先在需求里受理。" if need.status == Status.SUBMITTED else "这件事已经有结果了。"
        raise ValidationError(words, code="need")
    if wish.number is None:
        wish.numbered_in, wish.year = community, timezone.localdate(at).year
        taken = Wish.objects.filter(numbered_in=community, year=wish.year)
        wish.number = (taken.aggregate(last=Max("number"))["last"] or 0) + 1
    wish.published_at = at
    wish.save(update_fields=["numbered_in", "year", "number", "published_at"])
    record(need, f"心愿上墙，编号 {wish.label}", actor=actor, at=at, is_note_public=True)
    if need.status == Status.ACCEPTED:
        need = claims.open_to_claim(need, actor=actor, words=wish.words, at=at)
        if to_units:
            grabs.open_to_grab(need, actor=actor, note=wish.words, at=at)
    return wish


@transaction.atomic
def take_down_wish(wish, *, reason, actor, at=None):
    """撤下, or not put up at all. Nobody can claim it any more; whoever has claimed it keeps it."""
    demand(reason, "reason", "请写明原因。")
    need, wish = _lock(wish, actor)
    return _take_down(need, wish, reason, actor, at or timezone.now())


@transaction.atomic
def withdraw_consent(wish, *, actor, at=None):
    """The resident takes the consent back, on the page (Party.RESIDENT) or by word of mouth to staff: the wish leaves
    the wall at once, and with it what was said and shown by consent (个人信息保护法 art. 15, 47).
    """
    at = at or timezone.now()
    need, wish = _lock(wish, actor)
    if wish.withdrawn_at:
        return wish
    wish = _take_down(need, wish, WITHDRAWN_WORDS, actor, at)
    wish.withdrawn_at, wish.thanks, wish.has_photo_consent = at, "", False
    _drop_photo(wish)
    wish.save(update_fields=["withdrawn_at", "thanks", "photo", "has_photo_consent"])
    return wish


@transaction.atomic
def thank_wish(wish, *, thanks="", photo=None, has_photo_consent=False, actor, at=None):
    """登记感谢: the resident's words, and a photo (as clean_photo made it), both public by consent; again: instead."""
    need, wish = _lock(wish, actor)
    if not wish.is_published or wall_states.state_of(need) != "fulfilled":
        raise ValidationError("心愿实现以后才能登记感谢。", code="state")
    if photo is not None and not has_photo_consent:
        raise ValidationError({"has_photo_consent": "居民同意公开，才能放照片。"}, code="consent")
    if not thanks.strip() and photo is None:
        raise ValidationError({"thanks": "请写居民的话，或选一张照片。"}, code="required")
    _refuse_telling(need, thanks, "thanks")
    wish.thanks = thanks.strip()
    if photo is not None:
        _drop_photo(wish)
        wish.has_photo_consent = True
        wish.photo.save(photo.name, photo, save=False)
    wish.save(update_fields=["thanks", "photo", "has_photo_consent"])
    return wish


# --- Under the locks --------------------------------------------------------------------------------------------------
def _lock(wish, actor):
    """(need, wish) locked, as they now are, for whoever may."""
    need, _ = needs.lock_need(wish.need)
    wish = Wish.objects.select_for_update(no_key=True).get(pk=wish.pk)
    wish.need = need
    if actor != Party.RESIDENT:
        _demand_right(actor, "deliberations.change_wish", need)
    return need, wish


def _demand_right(actor, permission, need):
    here = Community.objects.filter(pk=need.community_id)
    if not (isinstance(actor, User) and here.allowed(actor, permission).exists()):
        raise PermissionDenied("您没有办理这个社区心愿墙的权限。")


def _refuse_telling(need, words, field):
    building = need.building
    places = [need.address_detail, building.name if building else ""]
    told = given_away(words, names=[need.contact_name, need.on_behalf_of], places=places)
    if told:
        raise ValidationError({field: told}, code="personal")


def _take_down(need, wish, reason, actor, at):
    if wish.taken_down_at:
        return wish
    if wish.published_at:
        is_staff = isinstance(actor, User)
        who = {"actor": actor} if is_staff else {"party": actor}
        record(need, f"心愿撤下：{reason}", at=at, is_note_public=True, **who)
        if is_staff:
            _stop_claims(need, actor, at)
        else:
            words = f"居民撤回同意，心愿已撤下。不再让人认领的，请停止认领：{need.spoken_code}"
            notify(needs.staff_of(need.community), text=words, link=f"/admin/checklists/need/{need.pk}/change/")
    wish.taken_down_at, wish.taken_down_reason = at, reason.strip()
    wish.save(update_fields=["taken_down_at", "taken_down_reason"])
    return wish


def _stop_claims(need, actor, at):
    # What was reported upwards is nobody's to claim, and whether it ever is again is for the street to say.
    if need.status != Status.ESCALATED and Appeal.objects.standing().filter(need=need).exists():
        need = claims.close_to_claim(need, actor=actor, at=at)
    if need.is_grabbable:
        grabs.stop_grab(need, actor=actor, at=at)


def _drop_photo(wish):
    if wish.photo:
        storage, name = wish.photo.storage, wish.photo.name
        transaction.on_commit(lambda: storage.delete(name))
        wish.photo = ""


def stale(wish):
    state = "撤下" if wish.taken_down_at else "上墙" if wish.published_at else "有了变化"
    return ValidationError(f"这个心愿刚刚{state}，您看到的是旧页面，请刷新后再办。", code="transition")
