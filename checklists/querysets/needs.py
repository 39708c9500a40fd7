from datetime import timedelta
from functools import reduce
from operator import and_

from django.apps import apps
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from checklists.querysets.parts import PartQuerySet
from govern.fields import blind_index, grams
from govern.scoping import ScopedQuerySet, keys
from grids.models import Building, Community, Duty
from grids.querysets import served_grids
from organizations.models import Organization

NOTHING = Q(pk__in=())
# Whoever has claimed a need, where everybody may read it: a team by its name, a person by none.
HELPER = Coalesce(F("team__name"), Value("志愿者"))


class NeedQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return self._within_reach(user, permission) | self._in_hands_of(user, permission, dispatches().held())

    def revealable_to(self, user):
        # Whose need it is, a unit learns when it has taken it on, and no longer once it is done.
        rows = self.visible_to(user)
        if user.is_superuser or not user.is_authenticated:
            return rows
        seeing, taken = "checklists.view_need", dispatches().filter(status="taken")
        return rows.filter(self._within_reach(user, seeing) | self._in_hands_of(user, seeing, taken))

    def _within_reach(self, user, permission):
        return Q(community__in=keys(Community.objects.under_posts(user, permission))) | Q(
            building__in=keys(Building.objects.filter(grid__in=served_grids(user, permission)))
        )

    def _in_hands_of(self, user, permission, dispatches):
        return Q(pk__in=dispatches.of_liaison(user, permission).values("need"))

    def below(self, organization):
        return self.filter(community__organization__in=Organization.objects.below(organization))

    def received_by(self, user):
        """That come first to `user`: to a duty of theirs, to one they stand in for today, or to one they took over."""
        return self.filter(receiver__in=Duty.objects.answered_by(user).order_by().values("pk"))

    def filed(self):
        """What somebody brought: the parts that staff split off a need are not counted again."""
        return self.filter(parent=None)

    def with_status(self, *statuses):
        return self.filter(status__in=statuses)

    def running(self):
        """The clock runs: neither done, ended nor suspended."""
        from checklists.models.needs import RUNNING_STATUSES

        return self.filter(status__in=sorted(RUNNING_STATUSES))

    def open(self):
        from checklists.models.needs import OPEN_STATUSES

        return self.filter(status__in=sorted(OPEN_STATUSES))

    def with_deadline(self):
        """`due_at`: what runs out next, as Need.deadline says it; NULL where no clock runs."""
        from checklists.models.needs import RUNNING_STATUSES

        return self.annotate(
            due_at=Case(
                When(status="submitted", then=F("respond_by")),
                When(status__in=sorted(RUNNING_STATUSES), then=F("handle_by")),
            )
        )

    def overdue(self, at=None):
        at = at or timezone.now()
        return self.running().filter(Q(status="submitted", respond_by__lt=at) | Q(handle_by__lt=at))

    def due_soon(self, at, within):
        """Not yet overdue at `at`, and so within the timedelta `within`."""
        soon = Q(status="submitted", respond_by__range=(at, at + within)) | (
            ~Q(status="submitted") & Q(handle_by__range=(at, at + within))
        )
        return self.running().filter(soon, handle_by__gte=at)

    def awaiting_follow_up(self, at, after):
        """Done for longer than the timedelta `after`, and the resident has not rated: somebody has to call."""
        return self.filter(status="done", done_at__lt=at - after, parent=None)

    def match_due(self, today, before=None):
        """In the matcher's queue (since `before`), or last ranked before the date `today`: a new day frees places."""
        queued = Q(match_due_at__isnull=False) if before is None else Q(match_due_at__lte=before)
        return self.filter(queued | Q(match_due_at=None, matched_at__date__lt=today), status="accepted")

    def dispatching_themselves(self):
        """Waiting in a category that dispatches by itself, unless staff took a dispatch back to choose, or let units
        grab it or volunteers claim it.
        """
        recalled = apps.get_model("checklists", "Dispatch").objects.filter(status="recalled")
        appeals = apps.get_model("checklists", "Appeal").objects.standing()
        return self.filter(status="accepted", category__auto_dispatch=True, is_grabbable=False).exclude(
            Q(pk__in=recalled.values("need")) | Q(pk__in=appeals.values("need"))
        )

    def per_channel(self):
        """{channel: how many}, of the channels that brought any."""
        return dict(self.order_by().values_list("channel").annotate(Count("pk")))

    def opened_to_grab(self):
        """What units can grab, or could: whoever comes too late is told so."""
        return self.filter(grab_opened_at__isnull=False)

    def grabbable(self):
        return self.filter(status="accepted", is_grabbable=True)

    def for_resources(self, resources):
        """Within the categories and the districts of the queryset `resources`: the rest is the matcher's to judge."""
        rows = resources.order_by()
        secondary = rows.model.other_categories.through.objects.filter(resource__in=rows.values("pk"))
        return self.filter(
            Q(category__in=rows.values("category")) | Q(category__in=secondary.values("category")),
            community__street__district__in=rows.values("unit__organization__community__street__district"),
        )

    def unmet(self, at, after):
        """Asked for and not found: nobody fits for longer than the timedelta `after` before `at`, or the resource that
        was ordered has run out while the need still waits.
        """
        has_run_out = Q(status="accepted", wanted_resource__valid_until__lt=timezone.localdate(at))
        return self.filter(Q(pk__in=self.unmatched(at - after).values("pk")) | has_run_out)

    def undispatched(self, before):
        """Ranked before `before`, to be dispatched without a click, and still waiting although somebody could."""
        return (
            self.dispatching_themselves()
            .filter(match_due_at=None, matched_at__lte=before, proposals__resource__is_paused=False)
            .distinct()
        )

    def possible_duplicates(self, need, weeks):
        """Open needs of the same place and category filed within `weeks` of this one."""
        place = Q(building=need.building_id) if need.building_id else Q(building=None, community=need.community_id)
        return (
            self.open()
            .filter(place, category=need.category_id, community=need.community_id)
            .filter(submitted_at__gte=(need.submitted_at or timezone.now()) - timedelta(weeks=weeks))
            .exclude(pk=need.pk)
        )

    def lately(self, need, weeks):
        """Open needs of the same community filed within `weeks` before this one (or after it), but not its own parts.

        Newest first: whoever compares words takes the first few hundred.
        """
        return (
            self.open()
            .filter(community=need.community_id, parent=None)
            .filter(submitted_at__gte=(need.submitted_at or timezone.now()) - timedelta(weeks=weeks))
            .exclude(pk__in=[pk for pk in (need.pk, need.parent_id) if pk])
            .order_by("-submitted_at")
        )

    def alike(self, pieces):
        """With at least one of the two-character `pieces`; PostgreSQL finds them by the index over `grams`."""
        return self.filter(grams__share=pieces) if pieces else self

    def communal(self):
        """What everybody in the building may know of: common space only, never what is in somebody's home."""
        return self.filter(category__is_communal=True, parent=None)

    def ended_in_parts(self):
        """Split, with no part open any more."""
        going_on = self.model.objects.open().filter(parent=OuterRef("pk"))
        return self.filter(~Exists(going_on), status="split")

    def unmatched(self, before):
        """Waiting for a unit since before `before`, ranked, and nobody fits."""
        return self.filter(
            status="accepted", match_due_at=None, matched_at__isnull=False, submitted_at__lt=before, proposals=None
        )

    def at_level(self, *levels):
        """Escalated, and waiting for a decision there."""
        return self.filter(status="escalated", level__in=levels)

    def numbered(self, words):
        """The one need with this receipt code, however it is spaced, or this number of a transfer (转办单号)."""
        return self.filter(_is_number(words.strip()))

    def about(self, words):
        """What a clerk types into the search box: a number that `numbered` knows, a whole phone number, or words, each
        of which stands in the text or in the name of the building.

        PostgreSQL finds each of them by an index, so a word is two letters or more; of a shorter one only numbers are
        looked for (see `is_too_short`), and beside others it only narrows.
        """
        words = words.strip()
        found = _is_number(words)
        if words.isdigit():
            found |= Q(contact_phone_index=blind_index(words))
        if not is_too_short(words):
            found |= reduce(and_, map(_says, words.split()))
        return self.filter(found)

    def claimed_unconfirmed(self):
        """Somebody wants to help, and waits for the community's word."""
        return self.filter(status="taken", pk__in=claims().filter(status="claimed").values("need"))

    def with_holder(self):
        """`holder`: the unit, the team or “志愿者” that has the need in hand, NULL while the community has."""
        open_dispatch = apps.get_model("checklists", "Dispatch").objects.open().filter(need=OuterRef("pk"))
        claim = claims().active().filter(need=OuterRef("pk"))
        return self.annotate(
            holder=Coalesce(
                Subquery(open_dispatch.values("resource__unit__name")[:1]), Subquery(claim.values(name=HELPER)[:1])
            ),
            claim_status=Subquery(claim.values("status")[:1]),
        )

    def with_columns(self):
        """What the columns of 需求清单 read; `claimed_by`: who has taken the need on, or served it."""
        taken = dispatches().filter(need=OuterRef("pk"), status__in=["taken", "finished"]).order_by("-offered_at")
        helped = claims().filter(need=OuterRef("pk"), status__in=["approved", "fulfilled"]).order_by("-claimed_at")
        return (
            self.select_related("category__parent", "community", "building__quarter")
            .defer("answers", "funnel", "grams", "address_detail", "on_behalf_of")
            .annotate(
                claimed_by=Coalesce(
                    Subquery(taken.values("resource__unit__name")[:1]), Subquery(helped.values(name=HELPER)[:1])
                )
            )
        )

    def published(self, community):
        """What a community may put up for everybody: vetted by it, and neither refused, repeated nor taken back."""
        return self.filter(community=community).exclude(
            status__in=["submitted", "rejected", "merged", "withdrawn", "split"]
        )


class OfNeedQuerySet(PartQuerySet):
    whole = "need"


class NeedEventQuerySet(OfNeedQuerySet):
    pass


class NeedPhotoQuerySet(OfNeedQuerySet):
    pass


class ProposalQuerySet(OfNeedQuerySet):
    def scope(self, user, permission):
        # A unit sees what it was offered, not how others were ranked against it.
        return Q(need__community__in=keys(Community.objects.under_posts(user, permission)))


def is_too_short(words):
    """Whether `words` are no two letters that the text could be searched for."""
    return not any(grams(word) for word in words.split())


def _is_number(words):
    if not words or not words.isascii():
        return NOTHING
    return Q(code=words.replace("-", "").replace(" ", "").upper()) | Q(external_code=words)


def _says(word):
    """The Q of the needs whose text, or whose building's name, holds `word`."""
    pieces = grams(word)
    if not pieces:
        return Q(text__icontains=word)
    # Pieces may lie apart in the text: a word of more than one is looked for there as well.
    text = Q(grams__hold=pieces) if pieces == {word.lower()} else Q(grams__hold=pieces, text__icontains=word)
    return text | Q(building__in=keys(Building.objects.called(word)))


def dispatches():
    return apps.get_model("checklists", "Dispatch").objects.all()


def claims():
    return apps.get_model("checklists", "Claim").objects.order_by()


def counted(queryset, **conditions):
    """{name: how many rows of `queryset` meet the Q}, in one query."""
    return queryset.aggregate(
        **{name: Count("pk", filter=condition, distinct=True) for name, condition in conditions.items()}
    )
