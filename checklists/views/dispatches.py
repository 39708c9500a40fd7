"""派单 as a unit meets it: on its liaison's desk, or by a signed link (links). Same pages, same verbs."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import FormView, ListView

from checklists.forms.bookings import FeedbackForm, SlotForm
from checklists.forms.dispatches import DeclineForm, FinishForm
from checklists.models import Dispatch, NeedPhoto
from checklists.services import dispatches
from checklists.services.bookings import spoken
from checklists.views.cards import Clock, badge, card, contact, liaison_cards, open_acts
from organizations.photos import photo_file

Status = Dispatch.Status


def my_dispatches(user):
    """Offered to the units that `user` answers for: whoever sees them as staff has the workplace for it."""
    return Dispatch.objects.visible_to(user).of_liaison(user, "checklists.view_dispatch").with_story()


# --- The pages, whoever is here ---------------------------------------------------------------------------------------
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
            "booked": [spoken(each.day, each.half) for each in self.row.bookings.all()],
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

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "row": self.row}


class BookMixin(WordsMixin):
    verb, form_class, template_name = "book", SlotForm, "desk/dispatch_book.html"
    done = "已约定，这半天留给这件事。请再和居民确认一次时间。"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "row": self.row}


class FeedbackMixin(WordsMixin):
    verb, form_class, template_name = "feedback", FeedbackForm, "desk/dispatch_feedback.html"
    done = "已记下，社区工作人员能看到，居民看不到。"


class FinishMixin(WordsMixin):
    verb, form_class, template_name = "finish", FinishForm, "desk/dispatch_finish.html"
    done = "已完成，谢谢。居民查进度时会看到结果并评价，评价会显示在这里。"


# --- On the liaison's desk --------------------------------------------------------------------------------------------
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


class DispatchBookView(ByLiaison, BookMixin, FormView):
    pass


class DispatchFeedbackView(ByLiaison, FeedbackMixin, FormView):
    pass


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


class PhotoView(LoginRequiredMixin, View):
    def get(self, request, pk):
        return photo_file(get_object_or_404(NeedPhoto.objects.visible_to(request.user), pk=pk))
