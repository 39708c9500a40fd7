"""What the list of reports is filtered by; the funnel's figures lead to it."""

from django.contrib import admin

from govern.views import number
from grids.models import Community
from organizations.models import Unit
from volunteers.report_filters import HEAPS, heap
from volunteers.report_funnel import PEOPLE


class HeapFilter(admin.SimpleListFilter):
    """Without a choice, what the community owes something."""

    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        return [*HEAPS.items(), ("all", "全部，包括转出和注销的")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        yield {**first, "display": "要办的：待接收、待对接"}
        yield from rest

    def queryset(self, request, queryset):
        if self.value() == "all" or (self.value() is None and request.GET.get("status__exact")):
            return queryset
        return heap(queryset, self.value())


class PeopleFilter(admin.SimpleListFilter):
    title, parameter_name = "身份", "people"

    def lookups(self, request, model_admin):
        return [(key, label) for key, (label, _) in PEOPLE.items() if key]

    def queryset(self, request, queryset):
        return queryset.filter(PEOPLE[self.value()][1]) if self.value() in PEOPLE else queryset


class KeyFilter(admin.SimpleListFilter):
    """By the key of a row that `user` sees; of more than MOST, only the chosen one is offered."""

    MOST = 200
    path = ""

    def rows(self, request):
        raise NotImplementedError

    def lookups(self, request, model_admin):
        rows = self.rows(request)
        found = list(rows[: self.MOST + 1])
        if len(found) > self.MOST:
            key = number(request.GET.get(self.parameter_name))
            found = list(rows.filter(pk=key)) if key is not None else []
        return [(row.pk, str(row)) for row in found]

    def has_output(self):
        return True  # or the list would forget what it was asked for

    def queryset(self, request, queryset):
        if self.value() is None:
            return queryset
        key = number(self.value())
        return queryset.none() if key is None else queryset.filter(**{self.path: key})


class CommunityFilter(KeyFilter):
    title, parameter_name, path = "报到社区", "community", "community"

    def rows(self, request):
        return Community.objects.visible_to(request.user).order_by("code")


class UnitFilter(KeyFilter):
    """`none`: people of no unit in the list."""

    title, parameter_name, path = "所在单位", "unit", "volunteer__unit"

    def rows(self, request):
        return Unit.objects.visible_to(request.user).order_by("name")

    def lookups(self, request, model_admin):
        return [("none", "不在单位名单里"), *super().lookups(request, model_admin)]

    def queryset(self, request, queryset):
        return queryset.filter(volunteer__unit=None) if self.value() == "none" else super().queryset(request, queryset)
