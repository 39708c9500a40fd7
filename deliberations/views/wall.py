"""心愿墙 for everybody: the cards of a community, one card, how to claim it, and the screen in the hall.

A wish is found by its number, which stands on its card; what is not on the wall is not there.
"""

import segno
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Value, When
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.views import View
from django.views.generic import ListView, TemplateView

from checklists.models import Appeal
from checklists.views import visits
from checklists.views.claims import my_claims
from deliberations import wall_states
from deliberations.models import Wish
from govern.views import number
from grids.models import Community
from organizations.parameters import parameters
from volunteers.views.signing import volunteer_of

ICON = "heart"
# What waits comes first; of each the newest.
RANK = Case(
    *(When(q, then=Value(rank)) for rank, q in enumerate(wall_states.STATES.values())), output_field=IntegerField()
)


def card(wish):
    need = wish.need
    state = wall_states.state_of(need)
    is_photo_shown = bool(wish.photo) and wish.has_photo_consent
    return {
        "wish": wish,
        "community": need.community,
        "category": need.category,
        "icon": need.category.icon or ICON,
        "state": state,
        "label": wall_states.LABELS[state],
        "tone": wall_states.TONES[state],
        "words": wall_states.words_of(need, wish.helper),
        "is_closed": need.closed_at is not None,
        "url": reverse("wall:wish", args=address(wish)),
        "photo": reverse("wall:photo", args=address(wish)) if is_photo_shown else "",
    }


def address(wish):
    return [wish.numbered_in.code, wish.year, wish.number]


def on_the_wall(community, days=None):
    rows = Wish.objects.on_the_wall(days).filter(need__community=community)
    return rows.annotate(rank=RANK).order_by("rank", "-published_at", "-pk")


class NoIndexMixin:
    """Read by neighbours, not collected by search engines: what was taken down would live on there."""

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response


class WallHomeView(NoIndexMixin, TemplateView):
    """To the wall of the reader's own community; without one, or with `?all=1`, to choose from."""

    template_name = "wall/home.html"

    def get(self, request, *args, **kwargs):
        self.community, _ = visits.place(request)
        if self.community and "all" not in request.GET:
            return redirect("wall:community", self.community.code)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        rows = Wish.objects.on_the_wall().order_by().values("need__community").annotate(count=Count("pk"))
        counts = dict(rows.values_list("need__community", "count"))
        communities = Community.objects.filter(pk__in=counts).select_related("street").order_by("code")
        walls = sorted(((each, counts[each.pk]) for each in communities), key=lambda row: row[0] != self.community)
        return super().get_context_data(walls=walls, mine=self.community, **kwargs)


class CommunityWallView(NoIndexMixin, ListView):
    """`?s=` waiting, claimed or fulfilled; all without."""

    template_name = "wall/community.html"
    paginate_by = 24

    def get_queryset(self):
        self.community = get_object_or_404(Community, code=self.kwargs["code"])
        rows = on_the_wall(self.community)
        self.counts = rows.state_counts()
        self.state = self.request.GET.get("s", "")
        if self.state not in wall_states.STATES:
            self.state = ""
        return (rows.in_state(self.state) if self.state else rows).with_story()

    def get_paginator(self, *args, **kwargs):
        paginator = super().get_paginator(*args, **kwargs)
        paginator.count = self.counts[self.state] if self.state else sum(self.counts.values())
        return paginator

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "community": self.community,
            "cards": [card(wish) for wish in context["object_list"]],
            "state": self.state,
            "total": sum(self.counts.values()),
            "states": [(name, label, self.counts[name]) for name, label in wall_states.LABELS.items()],
        }


class ScreenView(NoIndexMixin, TemplateView):
    """The screen in the hall: `?page=` by page, the next one after the set seconds. With htmx only the cards come."""

    def get_template_names(self):
        return ["wall/_screen.html" if self.request.htmx else "wall/screen.html"]

    def get_context_data(self, **kwargs):
        community = get_object_or_404(Community, code=self.kwargs["code"])
        limits = parameters("wall_cards", "wall_refresh_seconds", "wall_fulfilled_days")
        rows = on_the_wall(community, limits["wall_fulfilled_days"])
        counts, size = rows.state_counts(), int(limits["wall_cards"])
        paginator = Paginator(rows.with_story(), size)
        paginator.count = sum(counts.values())
        page = paginator.get_page(number(self.request.GET.get("page")) or 1)
        path = reverse("wall:screen", args=[community.code])
        return super().get_context_data(
            community=community,
            cards=[card(wish) for wish in page],
            density=next(name for most, name in DENSITIES if size <= most),
            states=[(label, counts[name]) for name, label in wall_states.LABELS.items()],
            page=page,
            next_url=f"{path}?page={page.next_page_number() if page.has_next() else 1}",
            seconds=int(limits["wall_refresh_seconds"]),
            qr=qr(reverse("wall:community", args=[community.code])),
            now=timezone.localtime(),
            **kwargs,
        )


# Up to so many cards on the screen: the class that sizes them.
DENSITIES = ((4, "few"), (12, "some"), (24, "many"), (60, "most"))


def qr(path):
    return segno.make(f"{settings.PUBLIC_URL}{path}", error="m").svg_data_uri(scale=6, border=2)


# --- One wish ---------------------------------------------------------------------------------------------------------
class WishMixin(NoIndexMixin):
    @cached_property
    def wish(self):
        code, year, place = (self.kwargs[name] for name in ("code", "year", "number"))
        rows = Wish.objects.on_the_wall().with_story()
        return get_object_or_404(rows, numbered_in__code=code, year=year, number=place)

    @property
    def page(self):
        return reverse("wall:wish", args=address(self.wish))


class WishView(WishMixin, TemplateView):
    template_name = "wall/wish.html"

    def get_context_data(self, **kwargs):
        wish, need = self.wish, self.wish.need
        is_waiting = wall_states.state_of(need) == "waiting"
        return super().get_context_data(
            card=card(wish),
            wish=wish,
            community=need.community,
            is_waiting=is_waiting,
            can_claim=is_waiting and Appeal.objects.claimable().filter(need=need).exists(),
            can_grab=is_waiting and need.is_grabbable,
            own_code=need.code if visits.holds_receipt(self.request, need.code) else "",
            **kwargs,
        )


class WishClaimView(WishMixin, View):
    """我来认领: a volunteer goes on to say how; whoever is not signed in does that first and comes back here."""

    def get(self, request, *args, **kwargs):
        need, volunteer = self.wish.need, volunteer_of(request)
        if volunteer is None:
            return redirect(f"{reverse('me:sign_in')}?{urlencode({'next': request.path})}")
        mine = my_claims(volunteer).active().filter(need=need).first()
        if mine is not None:
            return redirect("claims:detail", mine.pk)
        appeals = Appeal.objects.claimable().filter(need=need)
        appeal = appeals.before(volunteer).first()
        if appeal is not None:
            return redirect("claims:create", appeal.pk)
        if appeals.exists():
            words = f"这个心愿请{need.community}的志愿者和服务队认领。您所在社区的心愿在“微心愿认领”里。"
        else:
            words = "这个心愿已有人认领，谢谢您，请看看别的。"
        messages.warning(request, words)
        return redirect(self.page)


class WishPhotoView(WishMixin, View):
    def get(self, request, *args, **kwargs):
        if not (self.wish.photo and self.wish.has_photo_consent):
            raise Http404
        try:
            response = FileResponse(self.wish.photo.open("rb"), content_type="image/jpeg")
        except FileNotFoundError as error:
            raise Http404 from error
        response["Cache-Control"] = "private, max-age=300"  # taken down, it is soon gone from screens too
        return response
