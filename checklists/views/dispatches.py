"""派单 as a unit meets it: on its liaison's desk, or by a signed link without an account. Same pages, same verbs."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import FormView, ListView
from django_ratelimit.core import is_ratelimited

from accounts.services import reveal_by_link
from checklists.forms.dispatches import DeclineForm, FinishForm
from checklists.models import Dispatch, Need, NeedEvent, NeedPhoto
from checklists.services import dispatches
from checklists.services.calendars import office_calendar
from checklists.services.links import read_link
from checklists.workdays import working_time_between
from govern.views import client_address, too_many

Status = Dispatch.Status
CONTACT = ("contact_name", "contact_phone", "on_behalf_of", "address_detail")
VERBS = ("detail", "take", "decline", "start", "finish")


def my_dispatches(user):
    """Offered to the units that `user` answers for: whoever sees them as staff has the workplace for it."""
    return Dispatch.objects.visible_to(user).of_liaison(user, "checklists.view_dispatch").with_story()


# --- What the pages show ---------------------------------------------------------------------------------------------
class Clock:
    """Deadlines in working time, for as many rows as a page has, with one look at the calendar."""

    def __init__(self, at=None):
        self.at = at or timezone.now()
        self.schedule, self.overrides = office_calendar()

    def hours(self, start, end):
        return working_time_between(start, end, self.schedule, self.overrides) / timedelta(hours=1)

    def words(self, hours):
        day = sum((closes - opens for opens, closes in self.schedule.spans(self.at.date())), timedelta())
        days = hours / (day / timedelta(hours=1) or 8)
        if days >= 2:
            return f"{int(days)} 个工作日"
        return f"{int(hours)} 个工作小时" if hours >= 1 else f"{max(int(hours * 60), 1)} 分钟"

    def deadline(self, start, until, *, soon=4):
        """What the deadline partial takes; amber when less than `soon` working hours are left."""
        total = max(self.hours(start, until), 0.1)
        if until <= self.at:
            late = self.words(self.hours(until, self.at))
            return {"words": f"已超期 {late}", "tone": "bad", "used": 1, "total": 1, "at": until}
        left = self.hours(self.at, until)
        return {
            "words": f"还剩 {self.words(left)}",
            "tone": "warn" if left < soon else "ok",
            "used": round(min(max(total - left, 0), total), 2),
            "total": round(total, 2),
            "at": until,
        }


def badge(row):
    if row.status == Status.TAKEN:
        tone = "plain" if row.need.status == Need.Status.SUSPENDED else "info"
        return {"tone": tone, "word": row.need.get_status_display()}
    tones = {Status.OFFERED: "warn", Status.FINISHED: "ok"}
    return {"tone": tones.get(row.status, "plain"), "word": row.get_status_display()}


def open_acts(row):
    """The verbs that this dispatch offers now. A need that the community has suspended can only be given back."""
    if row.status == Status.OFFERED:
        return {"take", "decline"}
    if row.status != Status.TAKEN:
        return set()
    more = {Need.Status.TAKEN: {"start", "finish"}, Need.Status.IN_SERVICE: {"finish"}}
    return {"decline"} | more.get(row.need.status, set())


def rating(row):
    """What the resident said of this unit's work; nothing when it was done again by somebody since."""
    need = row.need
    if row.status != Status.FINISHED or need.done_at != row.finished_at:
        return None
    tones = {"satisfied": "ok", "mostly": "info", "dissatisfied": "bad"}
    if not need.satisfaction:
        return {"tone": "plain", "word": "等居民评价", "note": ""}
    solved = "已解决" if need.is_solved else "没有解决"
    return {
        "tone": tones[need.satisfaction],
        "word": f"{need.get_satisfaction_display()}，{solved}",
        "note": need.rating_note,
    }


def card(row, clock, url):
    """A dispatch as plain values; `url(verb)` gives the addresses of its pages."""
    need = row.need
    deadline = None
    if row.status == Status.OFFERED:
        deadline = {**clock.deadline(row.offered_at, row.reply_by), "label": "答复时间"}
        if deadline["tone"] == "bad":
            deadline["words"] = "已过答复期限，随时会退回社区"
    elif row.status == Status.TAKEN and need.deadline:
        deadline = {**clock.deadline(need.submitted_at, need.deadline, soon=8), "label": "办理时间"}
    acts = open_acts(row)
    return {
        "row": row,
        "need": need,
        "place": f"{need.community} {need.building}" if need.building_id else str(need.community),
        "badge": badge(row),
        "deadline": deadline,
        "acts": acts,
        "post_url": next((url(verb) for verb in ("take", "start") if verb in acts), None),
        "rating": rating(row),
        "urls": {verb: url(verb) for verb in VERBS},
    }


def contact(need, reveal_url):
    """The resident's data as masked lines; `reveal_url(field)` is where a logged click shows the rest, or None."""
    return [
        {
            "label": need._meta.get_field(field).verbose_name,
            "masked": getattr(need, f"masked_{field}"),
            "url": reveal_url(field) if reveal_url else None,
        }
        for field in CONTACT
        if getattr(need, field)
    ]


def photo_file(photo):
    try:
        response = FileResponse(photo.image.open("rb"), content_type="image/jpeg")
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = "private, max-age=3600"
    return response


# --- Who is here -----------------------------------------------------------------------------------------------------
class ByLiaison(LoginRequiredMixin):
    is_by_link = False

    @property
    def actor(self):
        return self.request.user

    @cached_property
    def row(self):
        return get_object_or_404(my_dispatches(self.request.user), pk=self.kwargs["pk"])

    def url(self, verb):
        return reverse(f"desk:dispatch_{verb}", args=[self.row.pk])

    def reveal_url(self, field):
        return reverse("accounts:reveal", args=["checklists", "need", self.row.need_id, field])

    def photo_url(self, photo):
        return reverse("desk:photo", args=[photo.pk])


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


# --- The pages -------------------------------------------------------------------------------------------------------
class StoryMixin:
    def story(self, **more):
        is_held = self.row.status in (Status.OFFERED, Status.TAKEN, Status.FINISHED)
        is_in_hand = self.row.status == Status.TAKEN
        photos = list(self.row.need.photos.all()) if is_held else []
        return {
            "card": card(self.row, Clock(), self.url),
            "is_by_link": self.is_by_link,
            "is_held": is_held,
            "is_in_hand": is_in_hand,
            "photos": self.links(photos, NeedPhoto.Stage.REPORTED),
            "result_photos": self.links(photos, NeedPhoto.Stage.FINISHED),
            "contact": contact(self.row.need, self.reveal_url if is_in_hand else None) if self.row.is_open else [],
            **more,
        }

    def links(self, photos, stage):
        return [
            {"url": self.photo_url(photo), "alt": f"{stage.label}的照片，点开看大图"}
            for photo in photos
            if photo.stage == stage
        ]


class DetailMixin(StoryMixin):
    def get(self, request, *args, **kwargs):
        return render(request, "desk/dispatch_detail.html", self.story())


class ActMixin:
    """A verb without words: done, said, and back to the dispatch. What an old page asks for is answered kindly."""

    def post(self, request, *args, **kwargs):
        try:
            self.row = self.act()
            messages.success(request, self.done())
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return redirect(self.url("detail"))


class TakeMixin(ActMixin):
    def act(self):
        return dispatches.take(self.row, actor=self.actor)

    def done(self):
        until = timezone.localtime(self.row.need.handle_by)
        return f"已接单。请在 {until.month}月{until.day}日 {until:%H:%M} 前办好，先联系居民约好时间。"


class StartMixin(ActMixin):
    def act(self):
        return dispatches.start_service(self.row, actor=self.actor)

    def done(self):
        return "已开始服务，居民能看到您正在办。办完请点“完成”，写一句结果。"


class WordsMixin(StoryMixin):
    """A verb with words: a page of its own, which keeps what was typed until it is right."""

    verb = ""

    def dispatch(self, request, *args, **kwargs):
        if request.method == "GET" and self.verb not in open_acts(self.row):
            messages.warning(request, f"这张派单{badge(self.row)['word']}，现在不能这样办。")
            return redirect(self.url("detail"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**self.story(), **kwargs)

    def form_valid(self, form):
        try:
            form.run(self.row, self.actor)
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                form.add_error(None, error)
                return self.form_invalid(form)
            messages.warning(self.request, " ".join(error.messages))
        else:
            messages.success(self.request, self.done)
        return redirect(self.url("detail"))


class DeclineMixin(WordsMixin):
    verb, form_class, template_name = "decline", DeclineForm, "desk/dispatch_decline.html"
    done = "已退回社区，社区会另找单位。这件事不会再派给您的单位。"


class FinishMixin(WordsMixin):
    verb, form_class, template_name = "finish", FinishForm, "desk/dispatch_finish.html"
    done = "已完成，谢谢。居民查进度时会看到结果并评价，评价会显示在这里。"


class DispatchDetailView(ByLiaison, DetailMixin, View):
    pass


class DispatchTakeView(ByLiaison, TakeMixin, View):
    pass


class DispatchStartView(ByLiaison, StartMixin, View):
    pass


class DispatchDeclineView(ByLiaison, DeclineMixin, FormView):
    pass


class DispatchFinishView(ByLiaison, FinishMixin, FormView):
    pass


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


class DispatchListView(LoginRequiredMixin, ListView):
    """What my units finished, or gave back."""

    template_name = "desk/dispatch_list.html"
    paginate_by = 20

    def get_queryset(self):
        mine = my_dispatches(self.request.user)
        return mine.exclude(status__in=[Status.OFFERED, Status.TAKEN]).order_by("-offered_at", "-pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return {**context, "cards": liaison_cards(context["page_obj"], Clock())}


def liaison_cards(rows, clock):
    return [card(row, clock, lambda verb, pk=row.pk: reverse(f"desk:dispatch_{verb}", args=[pk])) for row in rows]


class PhotoView(LoginRequiredMixin, View):
    def get(self, request, pk):
        return photo_file(get_object_or_404(NeedPhoto.objects.visible_to(request.user), pk=pk))


class LinkPhotoView(ByLink, View):
    def get(self, request, token, pk):
        if self.row.status not in (Status.OFFERED, Status.TAKEN, Status.FINISHED):
            raise Http404
        return photo_file(get_object_or_404(self.row.need.photos, pk=pk))
