"""微心愿认领 on a volunteer's phone: what may be claimed, what is in hand, and the acts on it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import FormView, TemplateView

from accounts.fields import show_refusal
from accounts.services import reveal_in_hand
from checklists.forms.claims import ACTS, ClaimForm, acts_for
from checklists.models import Appeal, Claim, NeedPhoto
from checklists.views.cards import CONTACT, contact
from govern.views import client_address
from organizations.photos import photo_file
from volunteers.views.signing import VolunteerRequiredMixin

Status = Claim.Status
SHOWN = 50
TONES = {Status.OFFERED: "warn", Status.CLAIMED: "info", Status.APPROVED: "info", Status.FULFILLED: "ok"}


def my_claims(volunteer):
    return Claim.objects.spoken_for_by(volunteer).with_story()


def card(row):
    return {
        "row": row,
        "need": row.need,
        "badge": {"tone": TONES.get(row.status, "plain"), "word": row.get_status_display()},
        "place": near(row.need),
        "acts": [act for act in acts_for(row) if not act.is_quiet],
    }


def near(need):
    """The quarter alone: where exactly, whoever has it in hand reads on its page."""
    return f"{need.community} {need.building.quarter}" if need.building_id else str(need.community)


class ClaimListView(VolunteerRequiredMixin, TemplateView):
    template_name = "checklists/claims/list.html"

    def get_context_data(self, **kwargs):
        mine = my_claims(self.volunteer)
        open_to_me = Appeal.objects.claimable().before(self.volunteer).exclude(need__claims__in=mine.refusing())
        rows = open_to_me.select_related("need__category", "need__community", "need__building__quarter")
        ended = mine.exclude(pk__in=mine.active().values("pk"))
        return super().get_context_data(
            active=[card(row) for row in mine.active().order_by("due_on", "pk")],
            appeals=[{"row": row, "need": row.need, "place": near(row.need)} for row in rows[:SHOWN]],
            ended=[card(row) for row in ended[:SHOWN]],
            **kwargs,
        )


class ClaimCreateView(VolunteerRequiredMixin, FormView):
    """认领. Whoever was a moment too late is told so; what was never put before them is not there at all."""

    template_name = "checklists/claims/create.html"
    form_class = ClaimForm

    @cached_property
    def appeal(self):
        rows = Appeal.objects.before(self.volunteer).select_related(
            "need__category", "need__community", "need__building__quarter"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get(self, request, *args, **kwargs):
        if not Appeal.objects.claimable().filter(pk=self.appeal.pk).exists():
            messages.warning(request, "这件事已有人认领，谢谢您，请看看别的。")
            return redirect("claims:list")
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "appeal": self.appeal, "volunteer": self.volunteer}

    def get_context_data(self, **kwargs):
        return super().get_context_data(appeal=self.appeal, place=near(self.appeal.need), **kwargs)

    def form_valid(self, form):
        try:
            row = form.run(self.request.user)
        except ValidationError as error:
            if error.__dict__.get("code") == "taken":
                messages.warning(self.request, " ".join(error.messages))
                return redirect("claims:list")
            show_refusal(form, error)
            return self.form_invalid(form)
        messages.success(self.request, "已认领。社区确认以后会告诉您，那时就能看到联系方式。")
        return redirect("claims:detail", row.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


# --- One claim --------------------------------------------------------------------------------------------------------
class ClaimMixin(VolunteerRequiredMixin):
    @cached_property
    def row(self):
        return get_object_or_404(my_claims(self.volunteer), pk=self.kwargs["pk"])

    @property
    def page(self):
        return reverse("claims:detail", args=[self.row.pk])

    def get_context_data(self, **kwargs):
        row = self.row
        is_in_hand = row.status == Status.APPROVED
        is_told = is_in_hand or row.status == Status.FULFILLED
        photos = list(row.need.photos.all()) if is_told else []
        return super().get_context_data(
            card=card(row),
            row=row,
            need=row.need,
            is_told=is_told,
            is_in_hand=is_in_hand,
            photos=links(photos, NeedPhoto.Stage.REPORTED),
            result_photos=links(photos, NeedPhoto.Stage.FINISHED),
            contact=contact(row.need, self.reveal_url) if is_in_hand else [],
            acts=acts_for(row),
            rating=rating(row),
            **kwargs,
        )

    def reveal_url(self, field):
        return reverse("claims:reveal", args=[self.row.pk, field])


def links(photos, stage):
    return [
        {"url": reverse("claims:photo", args=[photo.pk]), "alt": f"{stage.label}的照片，点开看大图"}
        for photo in photos
        if photo.stage == stage
    ]


def rating(row):
    """What the resident said of this one's work; nothing when it was done again by somebody since."""
    need = row.need
    if row.status != Status.FULFILLED or need.done_at != row.ended_at or not need.satisfaction:
        return ""
    return f"{need.get_satisfaction_display()}，{'已解决' if need.is_solved else '没有解决'}"


class ClaimDetailView(ClaimMixin, TemplateView):
    template_name = "checklists/claims/detail.html"


class ClaimActView(ClaimMixin, TemplateView):
    """One act: a page for its words; one without words is a button on the claim's page."""

    template_name = "checklists/claims/act.html"

    @cached_property
    def act(self):
        act = next((each for each in ACTS if each.verb == self.kwargs["verb"]), None)
        if act is None:
            raise Http404
        return act

    def get(self, request, *args, **kwargs):
        if not self.act.is_offered(self.row) or not self.act.base_fields:
            return redirect(self.page)
        return self.show(self.act(subject=self.row, user=request.user))

    def post(self, request, *args, **kwargs):
        form = self.act(request.POST, request.FILES, subject=self.row, user=request.user)
        if form.is_valid():
            form.run()
        if form.is_valid():
            messages.success(request, form.done)
            return redirect(self.page)
        if form.base_fields and self.act.is_offered(self.row):
            return self.show(form, 422)
        messages.warning(request, " ".join(form.non_field_errors()) or "这件事刚有了变化，请看最新的情况。")
        return redirect(self.page)

    def show(self, form, status=200):
        return self.render_to_response(self.get_context_data(form=form), status=status)


class ClaimRevealView(ClaimMixin, View):
    """One line of the contact in full, after the click is written down; only while the claim is in hand."""

    def get(self, request, *args, **kwargs):
        return redirect(self.page)  # a reload, or back from the switch to large type

    def post(self, request, pk, field):
        if field not in CONTACT:
            raise Http404
        if self.row.status != Status.APPROVED:
            messages.warning(request, "社区确认以后、办好以前才能查看联系方式。")
            return redirect(self.page)
        need = self.row.need
        address = client_address(request)
        value = reveal_in_hand(need, field, actor=request.user, remote_addr=address, claim=self.row.pk)
        label = need._meta.get_field(field).verbose_name
        shown = {"label": label, "value": value, "is_phone": "phone" in field, "back": self.page}
        # Without a redirect: what was opened must not lie in a cookie on its way to the next page.
        return render(request, "accounts/_revealed.html" if request.htmx else "accounts/revealed.html", shown)


class ClaimPhotoView(VolunteerRequiredMixin, View):
    def get(self, request, pk):
        mine = my_claims(self.volunteer).filter(status__in=[Status.APPROVED, Status.FULFILLED])
        return photo_file(get_object_or_404(NeedPhoto.objects.filter(need__in=mine.values("need")), pk=pk))
