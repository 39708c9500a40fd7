"""What one can get here: the residents' front page, the public menu of resources, the privacy notice."""

from django.db.models import Count
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, TemplateView

from accounts.models import PrivacyNotice
from checklists.models import Activity, Category, Project, Publication, Resource
from checklists.occupancy import free_weeks, has_calendar
from checklists.views import visits
from govern.views import number
from grids.models import Duty

MENU_SIZE = 6
PERIODS = {
    Resource.Period.WEEK: "本周",
    Resource.Period.MONTH: "本月",
    Resource.Period.QUARTER: "本季度",
    Resource.Period.ONCE: "",
}


def menu(community):
    """What `community` may order from, with the places left of each period."""
    return (
        Resource.objects.public()
        .open()
        .serving(community)
        .with_places_left()
        .select_related("unit", "category")
        .order_by("category__parent__order", "category__order", "name", "pk")
    )


def describe(resources):
    """Each resource with `places_words`, and `is_free` where an order can be placed."""
    for resource in resources:
        period = PERIODS[resource.period]
        resource.is_free = resource.places_left > 0
        resource.places_words = (
            f"{period}还有 {resource.places_left} 个名额" if resource.is_free else f"{period}名额已满"
        )
    return resources


def doors():
    """(icon, words, address) of what else there is to see here; nothing that would lead to an empty page."""
    found = (
        ("calendar", "活动", "checklists:activity_list", Activity.objects.public().upcoming()),
        ("target", "项目", "checklists:project_list", Project.objects.public()),
        ("clipboard", "公示清单", "checklists:list_home", Publication.objects.public()),
    )
    return [(icon, words, reverse(name)) for icon, words, name, rows in found if rows.exists()]


class HomeView(TemplateView):
    template_name = "checklists/home.html"

    def get_context_data(self, **kwargs):
        community, building = visits.place(self.request)
        _, is_foreign = visits.scanned_building(self.request)
        return super().get_context_data(
            community=community,
            building=building,
            is_foreign=is_foreign,
            resources=describe(menu(community)[:MENU_SIZE]) if community else [],
            workers=self.workers(building),
            doors=doors(),
            **kwargs,
        )

    def workers(self, building):
        if building is None or building.grid_id is None:
            return []
        return Duty.objects.current().filter(grid=building.grid_id, kind=Duty.Kind.WORKER).order_by("pk")


class ResourceListView(ListView):
    """The menu of the community that was scanned or chosen; `?class=PK` narrows it to a class of categories."""

    template_name = "checklists/resource_list.html"
    paginate_by = 20

    def get(self, request, *args, **kwargs):
        self.community, _ = visits.place(request)
        if self.community is None:
            return redirect(reverse("checklists:need_places", query={"to": "resources"}))
        self.chosen = Category.objects.classes().filter(pk=number(request.GET.get("class"))).first()
        return super().get(request, *args, **kwargs)

    def get_queryset(self):
        rows = menu(self.community)
        return rows.filter(category__parent=self.chosen) if self.chosen else rows

    @cached_property
    def counts(self):
        """{class's pk: how many resources of the menu are of it}: to look at all of the menu once is enough."""
        rows = menu(self.community).order_by().values_list("category__parent")
        return dict(rows.annotate(count=Count("pk")))

    def get_paginator(self, *args, **kwargs):
        paginator = super().get_paginator(*args, **kwargs)
        paginator.count = self.counts.get(self.chosen.pk, 0) if self.chosen else sum(self.counts.values())
        return paginator

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        describe(context["object_list"])
        classes = Category.objects.classes().filter(pk__in=list(self.counts))
        return {**context, "community": self.community, "classes": classes, "chosen": self.chosen}


class ResourceDetailView(DetailView):
    """One resource of the menu, with the half days on which a venue is free this week and the next."""

    template_name = "checklists/resource_detail.html"
    context_object_name = "resource"

    def get_queryset(self):
        return Resource.objects.public().open().with_places_left().select_related("unit", "category__parent")

    def get_context_data(self, **kwargs):
        community, _ = visits.place(self.request)
        (resource,) = describe([self.object])
        reaches = community is None or Resource.objects.serving(community).filter(pk=resource.pk).exists()
        return super().get_context_data(
            weeks=free_weeks(resource) if has_calendar(resource) else [],
            can_order=resource.is_free and reaches,
            community=community if not reaches else None,
            **kwargs,
        )


class PrivacyView(TemplateView):
    template_name = "checklists/privacy.html"

    def get_context_data(self, **kwargs):
        notice = PrivacyNotice.objects.in_force(timezone.localdate()).first()
        return super().get_context_data(notice=notice, **kwargs)
