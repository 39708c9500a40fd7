from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from unfold.admin import ModelAdmin

from checklists.admin.holdings import ExpiryFilter, ResourcePagesMixin, UseFilter
from checklists.admin.lists import ChecklistAdminMixin
from checklists.models import Resource
from checklists.services.matching import queue_affected
from checklists.services.resources import change_resource
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter


@admin.register(Resource)
class ResourceAdmin(ResourcePagesMixin, ScopedAdminMixin, ChecklistAdminMixin, ModelAdmin):
    import_export_change_list_template = "admin/checklists/resource/change_list.html"
    change_form_template = "admin/checklists/resource/change_form.html"
    list_display = [
        "page_link",
        "unit",
        "category",
        "radius",
        "period",
        "places",
        "valid_until",
        "is_paused",
        "is_public",
    ]
    list_display_links = None
    list_filter = ["kind", ExpiryFilter, UseFilter, "radius", "is_paused", "is_public", ("unit", ScopedRelatedFilter)]
    search_fields = ["name", "description", "unit__name", "category__name"]
    list_select_related = ["unit", "category"]
    autocomplete_fields = ["unit", "category", "other_categories"]
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).with_places_left()

    def get_object(self, request, object_id, from_field=None):
        resource = super().get_object(request, object_id, from_field)
        if resource is not None:
            # What an older period reserved must not stand in the way of a smaller capacity.
            resource.reserved = resource.capacity - resource.left()
        return resource

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError as error:
            # Somebody took the places between the form's check and the lock.
            messages.error(request, "；".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())

    @admin.display(description="本期剩余")
    def places(self, resource):
        return f"{resource.places_left} / {resource.capacity}"

    def save_model(self, request, obj, form, change):
        if not change:
            return super().save_model(request, obj, form, change)
        columns = {field.name for field in obj._meta.concrete_fields}
        changed = {name: form.cleaned_data[name] for name in form.changed_data if name in columns}
        return change_resource(obj, actor=request.user, **changed)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        queue_affected(form.instance)
