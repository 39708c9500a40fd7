"""点单: a need as its resident files it."""

from django.contrib import messages
from django.shortcuts import render
from django.views.generic import FormView, TemplateView

from checklists.forms.needs import NeedForm
from checklists.models import Category, Need, NeedEvent, Resource
from checklists.views import visits
from checklists.views.needs.once import OnceMixin
from checklists.views.neighbours import similar_needs
from checklists.views.resources import describe, menu
from govern.views import number


class NeedCreateView(OnceMixin, FormView):
    """`?building=CODE` from a poster, `?resource=PK` to order from the menu (点单), `?category=PK`."""

    form_class = NeedForm
    template_name = "checklists/need_create.html"
    similar = ()

    def dispatch(self, request, *args, **kwargs):
        self.community, self.building = visits.place(request)
        self.resource = (
            Resource.objects.public().open().with_places_left().select_related("unit", "category")
            .filter(pk=number(request.GET.get("resource"))).first()
        )  # fmt: skip
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        asked = Category.objects.active().kinds().filter(pk=number(request.GET.get("category"))).first()
        if asked and asked.emergency_notice:
            return self.show_emergency(asked)
        self.asked = asked or (self.resource and self.resource.category)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {
            "community": self.community,
            "quarter": self.building and self.building.quarter,
            "building": self.building,
            "category": getattr(self, "asked", None),
        }

    def form_valid(self, form):
        if "step" in self.request.POST:
            return self.show_again(form)
        return self.act_once(form, lambda: self.submit(form))

    def form_invalid(self, form):
        if "step" in self.request.POST:
            return self.show_again(form)
        if form.has_error("category", "emergency"):
            return self.show_emergency(form.chosen["category"])
        return super().form_invalid(form)

    def show_again(self, form):
        """Another place is asked for in the middle of the form, without JavaScript: not yet the time for errors."""
        spoiled = form.errors.get("photos")
        form.errors.clear()
        if spoiled:
            form.errors["photos"] = spoiled
        return self.answer(form, status=200)

    def submit(self, form):
        if "similar_seen" not in self.request.POST:
            # Without JavaScript nobody has told yet: once, before anything is written.
            self.similar = similar_needs(form.instance, visits.receipts(self.request))
            if self.similar:
                return None
        resource = self.resource and menu(form.cleaned_data["community"]).filter(pk=self.resource.pk).first()
        need = form.submit(
            actor=NeedEvent.Party.RESIDENT,
            channel=self.channel_of(form),
            wanted_resource=resource,
        )
        if need and self.resource and not resource:
            messages.warning(self.request, "您点的服务到不了您选的社区，社区会另外帮您找。")
        return need

    def channel_of(self, form):
        scanned, _ = visits.scanned_building(self.request)
        is_scanned = scanned is not None and scanned == form.cleaned_data["building"]
        return Need.Channel.SCAN if is_scanned else Need.Channel.WEB

    def show_emergency(self, category):
        context = {"category": category, "community": self.community}
        return render(self.request, "checklists/need_emergency.html", context)

    def get_context_data(self, **kwargs):
        _, is_foreign = visits.scanned_building(self.request)
        resource = self.resource and describe([self.resource])[0]
        return super().get_context_data(
            is_foreign=is_foreign,
            is_choosing=self.request.POST.get("step") == "place",
            resource=resource,
            is_out_of_reach=bool(
                resource and self.community and not menu(self.community).filter(pk=resource.pk).exists()
            ),
            community=self.community,
            similar=self.similar,
            **kwargs,
        )


class NeedQuestionsView(TemplateView):
    """htmx: the extra questions and the example of the category that was just picked."""

    template_name = "checklists/_need_questions.html"

    def get_context_data(self, **kwargs):
        form = NeedForm(initial={"category": number(self.request.GET.get("category"))})
        return super().get_context_data(form=form, is_partial=True, **kwargs)
