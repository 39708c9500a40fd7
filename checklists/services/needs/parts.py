"""拆分: a need that several have to serve is cut into parts; the last one to end closes the whole."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from checklists.models import Dispatch, Need, NeedEvent, NeedPhoto, Resource
from checklists.services.needs.door import lock_need, move, queue_match, stale
from organizations.parameters import parameter

Party = NeedEvent.Party
Status = Need.Status
# A part is the resident's need in all that names a person, a place or a promise.
INHERITED = (
    "community",
    "building",
    "receiver",
    "address_detail",
    "target_group",
    "urgency",
    "window",
    "channel",
    "raised_by",
    "expected_on",
    "filed_by",
    "on_behalf_of",
    "contact_name",
    "contact_phone",
    "notice",
    "submitted_at",
    "respond_by",
    "handle_by",
    "responded_at",
)
SUCCEEDED = (Status.DONE, Status.RATED, Status.CLOSED)


@transaction.atomic
def split(need, *, parts, actor, at=None):
    """Cut an accepted `need` into `parts` [(category, text, people_count)], each matched and served by itself.

    The resident keeps one receipt: the parts have codes of their own, and nobody asks or rates them. Returns the need,
    now "split"; a second click changes nothing. ValidationError: fewer than two parts, more than `split_max_count`,
    or a part of a part.
    """
    at = at or timezone.now()
    need, dispatch = lock_need(need)
    if need.status == Status.SPLIT:
        return need
    if need.status != Status.ACCEPTED:
        raise stale(need)
    if need.parent_id:
        raise ValidationError("这已经是拆分出来的一件，不能再拆。", code="part")
    most = int(parameter("split_max_count"))
    if not 2 <= len(parts) <= most:
        raise ValidationError(f"可以拆成 2 到 {most} 件，您写了 {len(parts)} 件。", code="count")
    kinds = "、".join(str(category) for category, _, _ in parts)
    need = move(
        need,
        dispatch,
        Status.SPLIT,
        actor=actor,
        note=f"分成 {len(parts)} 件一起办：{kinds}"[:500],
        is_note_public=True,
        at=at,
    )
    photos, cut_at = list(need.photos.all()), need.events.filter(to_status=Status.SPLIT).last().at
    for category, text, people_count in parts:
        _cut(need, category, text, people_count, photos, actor=actor, at=cut_at)
    return need


def split_is_possible(need):
    return need.status == Status.ACCEPTED and need.parent_id is None


def parts_of(need):
    """The parts that `need` was cut into last: one that failed in parts may have been cut anew."""
    cut = need.events.filter(to_status=Status.SPLIT).last()
    rows = need.sub_needs.filter(events__from_status="", events__at__gte=cut.at) if cut else need.sub_needs.none()
    return rows.select_related("category").order_by("pk")


def _cut(need, category, text, people_count, photos, *, actor, at):
    part = Need(
        parent=need,
        category=category,
        text=text,
        people_count=people_count,
        status=Status.ACCEPTED,
        match_due_at=at,
        **{name: getattr(need, name) for name in INHERITED},
    )
    part.full_clean(exclude=["notice", "parent", *INHERITED])
    part.save()
    NeedEvent.objects.create(
        need=part,
        to_status=part.status,
        party=Party.STAFF,
        actor=actor,
        note=f"由 {need.spoken_code} 拆分",
        at=at,
    )
    _share(photos, part)
    queue_match(part)


def _share(photos, need):
    """The same files, also at `need`: nobody writes into a photo that is there."""
    NeedPhoto.objects.bulk_create(NeedPhoto(need=need, stage=photo.stage, image=photo.image.name) for photo in photos)


@transaction.atomic
def settle_split(need, *, at=None):
    """Close the split `need` when no part is open any more: done where one was done, waiting again where none was.

    Runs after the part's own transaction, and again from a sweep, and locks the whole alone: two parts that end at
    the same moment never wait for each other, and the second one finds the whole settled. Returns the need.
    """
    at = at or timezone.now()
    need, dispatch = lock_need(need)
    if need.status != Status.SPLIT or need.sub_needs.open().exists():
        return need
    parts = list(parts_of(need))
    served = [part for part in parts if part.status in SUCCEEDED]
    if not served:
        note = f"拆出的 {len(parts)} 件都没有办成，请另想办法。"
        return move(need, dispatch, Status.ACCEPTED, actor=Party.SYSTEM, note=note, at=at)
    need = move(
        need,
        dispatch,
        Status.DONE,
        actor=Party.SYSTEM,
        note=_summed_up(parts, served),
        is_note_public=True,
        at=at,
        done_at=at,
        reminded_at=None,
    )
    _share(NeedPhoto.objects.filter(need__in=served, stage=NeedPhoto.Stage.FINISHED), need)
    return need


def _summed_up(parts, served):
    """The results of all parts in the words that each was finished with, within the length of an event's note."""
    head = f"{len(parts)} 件都办好了。" if len(served) == len(parts) else f"{len(parts)} 件里办好 {len(served)} 件。"
    results = []
    for part in parts:
        done = part.events.filter(to_status=Status.DONE).exclude(from_status=Status.DONE).last()
        words = done.note if done and part in served else "没有办成"
        results.append(f"{part.category}：{words}")
    room = (500 - len(head)) // len(results) - 1
    return head + "\n".join(line if len(line) <= room else line[: room - 1] + "…" for line in results)


def lock_whole(need):
    """(need, its open dispatch, its open parts with theirs), all locked in the house's order: see lock_need.

    For verbs that end a split need with its parts. ValidationError where a part was dispatched while this waited.
    """
    held = Dispatch.objects.open().filter(need__parent=need.pk)
    resources = list(Resource.objects.filter(pk__in=held.values("resource")).only("pk"))
    need, dispatch = lock_need(need, *resources)
    parts = []
    for part in need.sub_needs.open().order_by("pk"):
        part, row = lock_need(part)
        if row is not None and row.resource not in resources:
            raise stale(part)
        if part.is_open:
            parts.append((part, row))
    return need, dispatch, parts
