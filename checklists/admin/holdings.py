"""What staff do with one resource beyond its form: its page with the calendar, and the list of what nobody uses."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.views import View
from django.views.decorators.http import require_POST

from checklists.admin.shortages import ShortageView
from checklists.changes import changes_of
from checklists.forms.bookings import RESOURCE_ACTS
from checklists.linking import links_of
from checklists.models import Booking, Resource, ResourceException
from checklists.services import bookings
from checklists.views.calendars import calendar_page
from organizations.parameters import parameter

RECENT = 10


class ExpiryFilter(admin.SimpleListFilter):
    title = "有效期"
    parameter_name = "expiry"

    def lookups(self, request, model_admin):
        return [("soon", "即将到期"), ("expired", "已过期")]

    def queryset(self, request, queryset):
        if self.value() == "soon":
            return queryset.expiring(timezone.localdate(), int(parameter("expiry_reminder_days")))
        return queryset.expired() if self.value() == "expired" else queryset


class UseFilter(admin.SimpleListFilter):
    title = "使用"
    parameter_name = "use"

    def lookups(self, request, model_admin):
        return [("unused", "共享了没人用")]

    def queryset(self, request, queryset):
        if self.value() != "unused":
            return queryset
        after = timedelta(days=parameter("unused_resource_days"))
        return queryset.unused(timezone.now(), after).order_by("last_dispatched_at", "unit", "name")


class ResourcePagesMixin:
    """For the ModelAdmin of resources: the page of one, its acts, and what its calendar takes back."""

    @admin.display(description="资源名称", ordering="name")
    def page_link(self, resource):
        return format_html('<span class="gv"><a href="{}">{}</a></span>', detail_url(resource.pk), resource.name)

    def get_list_display(self, request):
        columns = super().get_list_display(request)
        return [*columns, "last_used"] if request.GET.get("use") == "unused" else columns

    @admin.display(description="上次使用")
    def last_used(self, resource):
        days = [timezone.localdate(at) for at in (resource.last_dispatched_at, resource.last_ordered_at) if at]
        days += [resource.last_booked_on] if resource.last_booked_on else []
        return max(days, default="从未")

    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view.as_view(model_admin=self)), name=f"checklists_{name}")

        return [
            route("<int:pk>/detail/", DetailView, "resource_detail"),
            route("<int:pk>/<slug:verb>/do/", ActView, "resource_act"),
            route("shortages/", ShortageView, "resource_shortages"),
            route("bookings/<int:pk>/cancel/", BookingCancelView, "booking_cancel"),
            route("exceptions/<int:pk>/remove/", ExceptionRemoveView, "exception_remove"),
            *super().get_urls(),
        ]


def detail_url(pk):
    return reverse("admin:checklists_resource_detail", args=[pk])


class ResourceView(View):
    """A page of one resource, for whoever sees it."""

    model_admin = None

    def resource(self, pk):
        rows = Resource.objects.visible_to(self.request.user).with_places_left().select_related("unit", "category")
        return get_object_or_404(rows, pk=pk)

    def page(self, resource, bound=None):
        user = self.request.user
        can_change = self.model_admin.has_change_permission(self.request, resource)
        context = {
            **self.model_admin.admin_site.each_context(self.request),
            **calendar_page(self.request, resource, can_change=can_change, bound=bound),
            "opts": Resource._meta,
            "original": resource,
            "title": resource.name,
            "can_change": can_change,
            "is_expired": bool(resource.valid_until and resource.valid_until < timezone.localdate()),
            "percent": round(100 * max(resource.places_left, 0) / resource.capacity),
            "places_words": f"剩 {max(resource.places_left, 0)} / {resource.capacity}",
            "cancel_url": "admin:checklists_booking_cancel" if can_change else "",
            "remove_url": "admin:checklists_exception_remove" if can_change else "",
            "dispatches": resource.dispatches.visible_to(user).select_related("need__category", "need__community")[
                :RECENT
            ],
            "links": links_of(resource, user),
            "changes": changes_of(resource, user),
        }
        status = 200 if bound is None else 422
        return TemplateResponse(self.request, "admin/checklists/resource/detail.html", context, status=status)


class DetailView(ResourceView):
    def get(self, request, pk):
        return self.page(self.resource(pk))


class ActView(ResourceView):
    def get(self, request, pk, verb):
        return HttpResponseRedirect(detail_url(self.resource(pk).pk))

    def post(self, request, pk, verb):
        resource = self.resource(pk)
        act = next((each for each in RESOURCE_ACTS if each.verb == verb), None)
        if act is None:
            raise Http404
        if not self.model_admin.has_change_permission(request, resource):
            raise PermissionDenied
        form = act(request.POST, subject=resource, user=request.user)
        if form.is_valid():
            form.run()
        if form.is_valid():
            messages.success(request, form.done)
            return HttpResponseRedirect(detail_url(pk))
        return self.page(resource, bound=form)


@method_decorator(require_POST, "dispatch")
class UndoView(View):
    """Takes back a row of the calendar of a resource that the user keeps."""

    model_admin = None

    def post(self, request, pk):
        row = get_object_or_404(self.model.objects.editable_by(request.user).select_related("resource"), pk=pk)
        try:
            self.undo(row)
            messages.success(request, "已取消。")
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return HttpResponseRedirect(detail_url(row.resource_id))


class BookingCancelView(UndoView):
    model = Booking

    def undo(self, row):
        bookings.cancel_booking(row, actor=self.request.user)


class ExceptionRemoveView(UndoView):
    model = ResourceException

    def undo(self, row):
        bookings.remove_exception(row, actor=self.request.user)
