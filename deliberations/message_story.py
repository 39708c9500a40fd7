"""All that the staff's page of one message shows, as plain values for the partials."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from deliberations.forms.moderation import STEPS, CoverPhoto
from deliberations.models import Block, Case, Message, ModerationAct
from deliberations.services import moderation
from deliberations.services.moderation.words import watched
from deliberations.watching import marked

Status, Deed = Message.Status, ModerationAct.Act
TONES = {Status.PENDING: "warn", Status.PUBLISHED: "ok", Status.HIDDEN: "bad", Status.REFUSED: "bad"}
STOPPING = {Deed.REFUSED, Deed.HIDDEN, Deed.DISMISSED, Deed.BLOCKED}


def tone(message):
    return TONES.get(message.status, "plain")


@dataclass(frozen=True)
class Standing:
    """What decides which acts are offered, asked of the database once."""

    flag_count: int
    is_answered: bool
    is_appealed: bool
    is_put_aside: bool
    may_judge_appeal: bool
    is_own: bool
    may_judge: bool
    block: Block | None


def standing_of(message, user):
    blocks = Block.objects.in_force().filter(community=message.community_id, phone_index=message.phone_index)
    is_own = moderation.is_own(message, user)
    return Standing(
        flag_count=message.flags.filter(answered_at=None).count(),
        is_answered=message.replies.exists(),
        is_appealed=moderation.appeal_stands(message),
        is_put_aside=moderation.is_put_aside(message),
        may_judge_appeal=moderation.may_judge_appeal(message, user),
        is_own=is_own,
        may_judge=not is_own and Message.objects.editable_by(user).filter(pk=message.pk).exists(),
        block=blocks.first(),
    )


def steps_of(message, user, bound=None):
    """[form] of what `user` may do with it now; the `bound` one as it came back, with its errors."""
    if not message.standing.may_judge:
        return [] if bound is None else [bound]
    offered = [
        bound if isinstance(bound, step) else step(subject=message, user=user)
        for step in STEPS
        if step is not CoverPhoto and step.offers(message, message.standing)
        if not step.right or user.has_perm(step.right)
    ]
    return offered if bound is None or bound in offered or isinstance(bound, CoverPhoto) else [bound, *offered]


def can_read_original(user):
    """What was covered is read by whoever reads the record of the acts."""
    return user.has_perm("deliberations.view_moderationact")


def photos_of(message, user, bound=None):
    """[{url, alt, width, height, boxes, cover}] for drawing: a viewBox 100 wide, the boxes in its units."""
    covers = message.standing.may_judge and CoverPhoto.offers(message, message.standing)
    return [_photo(row, place, message, user, bound, covers) for place, row in enumerate(message.photos.all(), 1)]


def _photo(row, place, message, user, bound, covers):
    try:
        height = 100 * row.image.height / row.image.width
    except (FileNotFoundError, ZeroDivisionError):
        height = 75
    is_bound = isinstance(bound, CoverPhoto) and bound.data.get("photo") == str(row.pk)
    boxes = [
        {"x": x * 100, "y": y * height, "width": wide * 100, "height": high * height}
        for x, y, wide, high in (row.hidden_areas if can_read_original(user) else [])
    ]
    return {
        "pk": row.pk,
        "url": reverse("admin:deliberations_message_photo", args=[row.pk]),
        "place": place,
        "height": round(height, 2),
        "boxes": boxes,
        "cover": (bound if is_bound else CoverPhoto(subject=message, user=user, photo=row)) if covers else None,
        "is_open": is_bound,
    }


def timeline(message, user, replies):
    """The whole record, and what was said and asked in between."""
    steps = [{"at": message.written_at, "title": "留言", "note": "", "who": "作者", "state": "done"}]
    if can_read_original(user):
        steps += [_of_act(act) for act in message.moderation_acts.select_related("actor")]
    steps += [
        {"at": row.replied_at, "title": "答复", "note": "", "who": str(row.replied_by), "state": "done"}
        for row in replies
    ]
    return sorted(steps, key=lambda step: step["at"])


def _of_act(act):
    by_author = act.act in (Deed.APPEALED, Deed.WITHDRAWN)
    before = f"原来公开的是：{act.text_before}" if act.text_before else ""
    return {
        "at": act.at,
        "title": act.get_act_display(),
        "note": "　".join(filter(None, [act.reason, before])),
        "who": str(act.actor) if act.actor else "作者" if by_author else "系统",
        "state": "stopped" if act.act in STOPPING else "done",
    }


def deadline(message, at=None):
    """The badge of the official reply that is owed; None where none is."""
    if message.status != Status.PUBLISHED or message.standing.is_answered or message.reply_by is None:
        return None
    words = f"应在 {timezone.localtime(message.reply_by):%m月%d日 %H:%M} 前答复"
    if message.reply_by < (at or timezone.now()):
        return {"tone": "bad", "icon": "alert-circle", "words": f"{words}，已超期"}
    return {"tone": "info", "icon": "clock", "words": words}


def author_record(message):
    """How often this phone wrote in the community, and what became of it."""
    rows = Message.objects.filter(community=message.community_id, phone_index=message.phone_index)
    return rows.aggregate(
        all=Count("pk"),
        kept_back=Count("pk", filter=Q(status__in=[Status.REFUSED, Status.HIDDEN])),
    )


def outcomes(message, user):
    """[(what it was turned into, its page)]; a case has one for those alone whom it names."""
    case = Case.objects.visible_to(user).filter(pk=message.case_id).exists() if message.case_id else False
    rows = [
        ("需求", message.need_id and message.need.spoken_code, "checklists_need", message.need_id, True),
        ("调解", "已转到矛盾调解", "deliberations_case", message.case_id, case),
        ("议题", message.issue_id and message.issue.title, "deliberations_issue", message.issue_id, True),
    ]
    return [
        {"label": label, "words": words, "url": reverse(f"admin:{name}_change", args=[key]) if opens else ""}
        for label, words, name, key, opens in rows
        if key
    ]


def story(message, user, bound=None):
    message.standing = standing_of(message, user)
    if bound is not None:
        bound.subject.standing = message.standing
    words = watched()
    sees_original = can_read_original(user)
    pieces = marked(message.text if sees_original else message.public_text, words)
    steps, replies = steps_of(message, user, bound), list(message.replies.select_related("replied_by"))
    return {
        "message": message,
        "tone": tone(message),
        "standing": message.standing,
        "deadline": deadline(message),
        "sees_original": sees_original,
        "pieces": pieces,
        "reasons_to_look": list(dict.fromkeys(why for _, why in pieces if why)),
        "photos": photos_of(message, user, bound),
        "flags": message.flags.all(),
        "replies": replies,
        "support_count": message.supports.count(),
        "record": author_record(message),
        "outcomes": outcomes(message, user),
        "timeline": timeline(message, user, replies),
        "main_steps": [step for step in steps if not step.is_quiet],
        "more_steps": [step for step in steps if step.is_quiet],
        "personal": [("怎么称呼", "name", message.masked_name), ("手机号", "phone", message.masked_phone)],
        "can_reveal": user.has_perm("accounts.reveal_personal"),
    }
