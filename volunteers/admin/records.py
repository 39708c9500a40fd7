"""培训情况 and 表彰奖励情况, two parts of everybody's record; and the record as a whole, for staff."""

from django.contrib import admin
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from unfold.admin import ModelAdmin

from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from volunteers.forms.records import CommendationForm, TrainingForm
from volunteers.models import Commendation, Training, Volunteer
from volunteers.record_story import record_of
from volunteers.resources.ledgers import CommendationResource, TrainingResource


class RecordAdminMixin:
    list_per_page = 50
    date_hierarchy = "on"
    search_help_text = "志愿者编号、名称"
    actions = None

    @admin.display(description="志愿者")
    def person(self, row):
        return f"{row.volunteer} {row.volunteer.code}"

    def get_fields(self, request, obj=None):
        return ["person", *self.form.Meta.fields] if obj else ["code", *self.form.Meta.fields]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["person"] if obj else [])]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **{**kwargs, "fields": list(self.form.Meta.fields)})
        form.actor = request.user
        return form

    def get_changeform_initial_data(self, request):
        return {"code": request.GET.get("code", "")}

    def save_model(self, request, obj, form, change):
        if not change:
            obj.recorded_by = request.user
        super().save_model(request, obj, form, change)


@admin.register(Training)
class TrainingAdmin(RecordAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = TrainingForm
    resource_classes = [TrainingResource]
    list_display = ["title", "person", "skill", "minutes", "organizer", "on", "valid_until"]
    list_select_related = ["volunteer", "skill"]
    list_filter = ["skill", ("volunteer__community", ScopedRelatedFilter)]
    search_fields = ["volunteer__code__exact", "title", "organizer"]

    def get_urls(self):
        view = self.admin_site.admin_view(self.record_view)
        return [path("record/<int:pk>/", view, name="volunteers_volunteer_record"), *super().get_urls()]

    def record_view(self, request, pk):
        rows = Volunteer.objects.visible_to(request.user).select_related("community", "unit")
        volunteer = get_object_or_404(rows, pk=pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": Volunteer._meta,
            "title": f"服务记录：{volunteer}",
            **record_of(volunteer, request.GET.get("page")),
        }
        return TemplateResponse(request, "admin/volunteers/hourentry/record.html", context)


@admin.register(Commendation)
class CommendationAdmin(RecordAdminMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = CommendationForm
    resource_classes = [CommendationResource]
    list_display = ["title", "person", "awarder", "on"]
    list_select_related = ["volunteer"]
    list_filter = [("volunteer__community", ScopedRelatedFilter)]
    search_fields = ["volunteer__code__exact", "title", "awarder"]
