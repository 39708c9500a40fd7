"""The pages of a dispatch for whoever holds its signed link, without an account."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views import View
from django.views.generic import FormView
from django_ratelimit.core import is_ratelimited

from accounts.services import reveal_by_link
from checklists.models import Dispatch, NeedEvent
from checklists.services.links import read_link
from checklists.views.cards import CONTACT
from checklists.views.dispatches import (
    BookMixin,
    DeclineMixin,
    DetailMixin,
    FeedbackMixin,
    FinishMixin,
    StartMixin,
    StoryMixin,
    TakeMixin,
)
from govern.views import client_address, too_many
from organizations.photos import photo_file

Status = Dispatch.Status


class ByLink:
    """Whoever holds the link acts as the unit. The address is a key: it is kept nowhere and told to nobody."""

    is_by_link = True
    actor = NeedEvent.Party.UNIT

    def dispatch(self, request, *args, **kwargs):
        response = self._answer(request, *args, **kwargs)
        add_never_cache_headers(response)
        # "no-referrer" would make the browser send "Origin: null" with every form here, which the CSRF check refuses.
        # This sends the bare host, never the path.
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    def _answer(self, request, *args, **kwargs):
        rate = "120/m" if request.method in ("GET", "HEAD") else "30/m"
        group = f"desk-link-{'reads' if rate == '120/m' else 'acts'}"
        if is_ratelimited(request, group=group, key="ip", rate=rate, increment=True):
            return too_many(request, None)
        try:
            self.row = read_link(kwargs["token"])
        except ValidationError as error:
            status = 410 if error.code == "expired" else 404
            return render(request, "desk/link_closed.html", {"words": error.messages[0]}, status=status)
        return super().dispatch(request, *args, **kwargs)

    def url(self, verb):
        return reverse(f"desk:link_{verb}", args=[self.kwargs["token"]])

    def reveal_url(self, field):
        return reverse("desk:link_reveal", args=[self.kwargs["token"], field])

    def photo_url(self, photo):
        return reverse("desk:link_photo", args=[self.kwargs["token"], photo.pk])


class LinkDetailView(ByLink, DetailMixin, View):
    pass


class LinkTakeView(ByLink, TakeMixin, View):
    pass


class LinkStartView(ByLink, StartMixin, View):
    pass


class LinkDeclineView(ByLink, DeclineMixin, FormView):
    pass


class LinkFinishView(ByLink, FinishMixin, FormView):
    pass


class LinkBookView(ByLink, BookMixin, FormView):
    pass


class LinkFeedbackView(ByLink, FeedbackMixin, FormView):
    pass


class LinkRevealView(ByLink, StoryMixin, View):
    """One line of the contact in full, after the click is written down; only while the dispatch is in hand."""

    def get(self, request, token, field):
        return redirect(self.url("detail"))  # a reload, or back from the switch to large type

    def post(self, request, token, field):
        if field not in CONTACT:
            raise Http404
        if self.row.status != Status.TAKEN:
            messages.warning(request, "接单以后、办好以前才能查看联系方式。")
            return redirect(self.url("detail"))
        need = self.row.need
        value = reveal_by_link(need, field, dispatch_id=self.row.pk, remote_addr=client_address(request))
        shown = {"value": value, "is_phone": "phone" in field}
        if request.htmx:
            return render(request, "accounts/_revealed.html", shown)
        # Without a redirect: what was opened must not lie in a cookie on its way to the next page.
        label = need._meta.get_field(field).verbose_name
        return render(request, "desk/dispatch_detail.html", self.story(revealed={"label": label, **shown}))


class LinkPhotoView(ByLink, View):
    def get(self, request, token, pk):
        if self.row.status not in (Status.OFFERED, Status.TAKEN, Status.FINISHED):
            raise Http404
        return photo_file(get_object_or_404(self.row.need.photos, pk=pk))
