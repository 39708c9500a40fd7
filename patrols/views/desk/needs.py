"""The residents' needs of one's grids, to be read on the phone, and one filed on somebody's behalf."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from checklists.forms.filings import FilingForm
from checklists.models import Need
from checklists.views.cards import Clock, contact
from govern.views import number
from patrols.models import CareHousehold
from patrols.today import my_needs
from patrols.views.desk.ground import GroundMixin

PER_PAGE = 20


def grid_card(need, clock):
    if need.status == Need.Status.SUSPENDED:
        tone, deadline = "plain", None
    else:
        deadline = clock.deadline(need.submitted_at, need.due_at, soon=8)
        tone = "bad" if deadline["tone"] == "bad" else "info"
    return {
        "need": need,
        "badge": {"tone": tone, "word": need.get_status_display()},
        "deadline": deadline,
        "contact": contact(need, lambda field: reverse("accounts:reveal", args=["checklists", "need", need.pk, field])),
    }


class NeedListView(GroundMixin, TemplateView):
    template_name = "desk/grid/need_list.html"
    tab = "more"

    def get_context_data(self, **kwargs):
        user, clock = self.request.user, Clock()
        rows = my_needs(user, self.here, self.duties).with_deadline()
        rows = rows.select_related("category", "community", "building__quarter")
        rows = rows.order_by(F("suspended_until").asc(nulls_first=True), "due_at", "pk")
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page_obj=page, cards=[grid_card(need, clock) for need in page], **kwargs)


class NeedView(GroundMixin, TemplateView):
    template_name = "desk/grid/need_detail.html"
    tab, is_kept = "more", True

    def get_context_data(self, **kwargs):
        rows = Need.objects.visible_to(self.request.user).open().with_deadline()
        need = get_object_or_404(
            rows.select_related("category", "community", "building__quarter"), pk=self.kwargs["pk"]
        )
        photos = [
            {"url": reverse("desk:photo", args=[photo.pk]), "alt": "居民上传的照片，点开看大图"}
            for photo in need.photos.filter(stage="reported")
        ]
        return super().get_context_data(card=grid_card(need, Clock()), photos=photos, **kwargs)


class FilingView(GroundMixin, FormView):
    """代提需求: the staff's filing form, at the door of a household (`?household=`) or of a building (`?building=`)."""

    template_name = "desk/grid/filing_create.html"
    form_class = FilingForm
    tab = "visits"

    @cached_property
    def household(self):
        rows = CareHousehold.objects.visible_to(self.request.user).select_related("building")
        return rows.filter(pk=number(self.request.GET.get("household", ""))).first()

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        # The workplace's live search is not open to whoever has only the phone: the address is read when it is sent.
        live = [name for name in form.fields["address"].widget.attrs if name.startswith("hx-")]
        for name in live:
            del form.fields["address"].widget.attrs[name]
        return form

    def get_initial(self):
        wanted = self.household.building_id if self.household else number(self.request.GET.get("building", ""))
        return {
            "building": wanted,
            "channel": Need.Channel.VISIT,
            "category": number(self.request.GET.get("category", "")),
        }

    def form_valid(self, form):
        if not (need := form.submit()):
            return self.form_invalid(form)
        messages.success(self.request, f"已登记，受理编号 {need.spoken_code}，请告诉居民记下。")
        back = (
            reverse("patrol_desk:household_detail", args=[self.household.pk])
            if self.household
            else reverse("desk:home")
        )
        return HttpResponseRedirect(back)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(household=self.household, **kwargs)
