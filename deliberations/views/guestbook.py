"""留言簿 as anybody may read it: what neighbours wrote, and what the community answered."""

from io import BytesIO

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views import View
from django.views.generic import DetailView, ListView, TemplateView

from checklists.views import visits
from deliberations.blackening import blackened
from deliberations.guestbook_words import card
from deliberations.models import Issue, Message, MessageTopic
from deliberations.views.guestbook_phone import own_phone
from govern.fields import blind_index
from govern.views import number
from grids.models import Community
from organizations.limits import is_over
from organizations.photos import thumb

ORDERS = {"new": ["-published_at", "-pk"], "supported": ["-support_count", "-published_at", "-pk"]}
SEARCHES_TIMES = 30


def read_messages():
    """Public ones with all that a card shows."""
    rows = Message.objects.public().with_support_count().select_related("topic", "community", "need", "issue")
    return rows.prefetch_related("photos", "replies")


class UnlistedMixin:
    """A page of neighbours for neighbours: search engines leave it out."""

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response


class OfBookMixin(UnlistedMixin):
    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.community = get_object_or_404(Community, code=kwargs["code"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(**{"community": self.community, **kwargs})


class HomeView(UnlistedMixin, ListView):
    """Which community's book: the one that was scanned or chosen before (`?community=PK`), unless `?choose`."""

    template_name = "guestbook/communities.html"
    queryset = Community.objects.select_related("street").order_by("street__name", "name")

    def get(self, request, *args, **kwargs):
        asked = number(request.GET.get("community"))
        known = Community.objects.filter(pk=asked).first() if asked else visits.place(request)[0]
        if known and "choose" not in request.GET:
            return redirect("guestbook:home", known.code)
        return super().get(request, *args, **kwargs)


class BookView(OfBookMixin, ListView):
    """`?topic=PK`, `?q=`, `?order=supported`."""

    template_name = "guestbook/book.html"
    paginate_by = 20

    def get_queryset(self):
        asked = self.request.GET
        self.topic = MessageTopic.objects.filter(pk=number(asked.get("topic"))).first()
        self.words = asked.get("q", "").strip()[:40]
        self.order = asked.get("order") if asked.get("order") in ORDERS else "new"
        rows = read_messages().filter(community=self.community).order_by(*ORDERS[self.order])
        if self.topic:
            rows = rows.filter(topic=self.topic)
        if self.words and not is_over(self.request, "searches", "public_lookups_per_hour", times=SEARCHES_TIMES):
            rows = rows.holding(self.words)
        return rows

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "cards": [card(message) for message in context["object_list"]],
            "topics": MessageTopic.objects.in_use(),
            "topic": self.topic,
            "words": self.words,
            "order": self.order,
        }


class MessageView(UnlistedMixin, DetailView):
    template_name = "guestbook/message.html"
    context_object_name = "message"

    def get_object(self, queryset=None):
        return get_object_or_404(read_messages(), code=self.kwargs["code"].upper())

    def get_context_data(self, **kwargs):
        message, phone = self.object, own_phone(self.request)
        index = blind_index(phone)
        return super().get_context_data(
            card=card(message),
            community=message.community,
            phone=phone,
            issue=message.issue_id and Issue.objects.public().filter(pk=message.issue_id).first(),
            is_own=bool(index) and index == message.phone_index,
            has_supported=bool(index) and message.supports.filter(phone_index=index).exists(),
            **kwargs,
        )


class PhotoView(View):
    """What the public sees of it: boxes that were covered are black in the file itself."""

    def get(self, request, code, pk):
        message = get_object_or_404(Message.objects.public(), code=code)
        return picture(get_object_or_404(message.photos, pk=pk), request, covered=True)


def picture(photo, request, *, covered):
    """The answer with the picture, small where asked so."""
    areas = photo.hidden_areas if covered else []
    is_small = request.GET.get("size") == "small"
    try:
        with photo.image.open() as file:
            content = blackened(file, areas) if areas else file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(thumb(BytesIO(content)) if is_small else content, content_type="image/jpeg")
    # Short: what is covered later must not go on being shown as it was.
    response["Cache-Control"] = "private, max-age=60"
    return response


class PetitionView(OfBookMixin, TemplateView):
    """What a guestbook is not (信访工作条例), and the way there."""

    template_name = "guestbook/petition.html"
