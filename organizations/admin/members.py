"""党员: the list, the page of one, and the form that writes one down. Which branch it is, a transfer changes."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import DropdownFilter

from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin
from govern.views import number
from organizations.admin.importing import MemberImportMixin
from organizations.admin.member_pages import ActView, PageView, TransferView, page_of
from organizations.forms.members import MemberAddForm, MemberForm
from organizations.member_story import party_age, stage_badge
from organizations.models import Organization, PartyMember
from organizations.parameters import parameters
from organizations.resources import MemberResource


def badge(tone, word):
    return format_html('<span class="gv"><span class="badge {}">{}</span></span>', tone, word)


class ChosenByHandMixin:
    """For ModelAdmin: nothing is chosen beforehand where the model has no default. The first is not the likeliest."""

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if not db_field.has_default():
            kwargs.setdefault("choices", db_field.get_choices(blank_choice=[("", "请选择")]))
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class HereFilter(admin.SimpleListFilter):
    """The list is the register: who has left is asked for."""

    title = "在册"
    parameter_name = "here"

    def lookups(self, request, model_admin):
        return [("gone", "已离开"), ("all", "全部")]

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        return [{**first, "display": "在册"}, *rest]

    def queryset(self, request, queryset):
        match self.value():
            case "gone":
                return queryset.exclude(left_on=None)
            case "all":
                return queryset
        return queryset.here()


class ProbationFilter(admin.SimpleListFilter):
    title = "转正"
    parameter_name = "probation"

    def lookups(self, request, model_admin):
        return [("due", "将到转正期"), ("over", "预备期已满未转正")]

    def queryset(self, request, queryset):
        if self.value() not in ("due", "over"):
            return queryset
        rules, today = parameters("probation_months", "probation_reminder_days"), timezone.localdate()
        months, notice = int(rules["probation_months"]), timedelta(days=rules["probation_reminder_days"])
        over = queryset.here().probation_over(today, months)
        if self.value() == "over":
            return over
        return queryset.here().probation_over(today + notice, months).exclude(pk__in=over.order_by().values("pk"))


class PlaceFilter(DropdownFilter):
    """Under which Party organization: a branch, or all below a community."""

    title = "所在党组织"
    parameter_name = "under"

    def lookups(self, request, model_admin):
        rows = Organization.objects.visible_to(request.user).standing().filter(tier__lte=3)
        return [(str(row.pk), f"{'　' * row.level}{row}") for row in rows.order_by("tree_id", "lft")]

    def queryset(self, request, queryset):
        key = number(self.value())
        if self.value() is None:
            return queryset
        place = Organization.objects.visible_to(request.user).filter(pk=key).first()
        return queryset.below(place) if place else queryset.none()


@admin.register(PartyMember)
class PartyMemberAdmin(ChosenByHandMixin, ScopedAdminMixin, MemberImportMixin, ExportAdminMixin, ModelAdmin):
    resource_classes = [MemberResource]
    fieldsets = [
        (None, {"fields": ["branch", ("name", "gender"), ("identity_number", "phone")]}),
        ("党籍", {"fields": ["stage", ("joined_on", "full_on")]}),
        ("工作", {"fields": [("employment", "employer"), ("is_floating", "floating_place")]}),
    ]
    autocomplete_fields = ["branch"]
    list_display = ["name", "stage_word", "place", "gender", "party_years", "masked_phone", "employment", "floating"]
    list_select_related = ["branch", "group"]
    list_filter = [HereFilter, "stage", ProbationFilter, "employment", "is_floating", PlaceFilter]
    list_per_page = 50
    search_fields = ["name"]
    search_help_text = "姓名，或完整手机号、完整身份证号"
    actions = None

    # --- The list -----------------------------------------------------------------------------------------------------
    def get_search_results(self, request, queryset, search_term):
        words = search_term.strip()
        return (queryset.called(words) if words else queryset), False

    @admin.display(description="类别", ordering="stage")
    def stage_word(self, member):
        return badge(*stage_badge(member))

    @admin.display(description="所在党支部", ordering="branch__name")
    def place(self, member):
        return member.branch

    @admin.display(description="党龄", ordering="full_on")
    def party_years(self, member):
        return party_age(member, member.left_on or timezone.localdate()) or "—"

    @admin.display(description="流动去向", ordering="is_floating")
    def floating(self, member):
        return (member.floating_place or "流动党员") if member.is_floating else "—"

    def has_delete_permission(self, request, obj=None):
        return False  # who leaves stays in the record

    # --- The forms ----------------------------------------------------------------------------------------------------
    def get_form(self, request, obj=None, change=False, **kwargs):
        kwargs["form"] = MemberForm if obj else MemberAddForm
        form = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    def get_fieldsets(self, request, obj=None):
        gone = {"branch", "stage"} if obj else set()
        if obj and obj.stage == PartyMember.Stage.PROBATIONARY:
            gone.add("full_on")
        return [
            (title, {"fields": [kept for row in options["fields"] if (kept := _without(row, gone))]})
            for title, options in self.fieldsets
        ]

    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view), name=f"organizations_partymember_{name}")

        return [
            route("<int:pk>/edit/", self.edit_view, "edit"),
            route("<int:pk>/transfer/", TransferView.as_view(model_admin=self), "transfer"),
            route("<int:pk>/<slug:verb>/do/", ActView.as_view(model_admin=self), "act"),
            *super().get_urls(),
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return PageView.as_view(model_admin=self)(request, pk=number(object_id))
        return super().changeform_view(request, None, form_url, {**(extra_context or {}), "title": "登记党员"})

    def edit_view(self, request, pk):
        """更正: what was written down wrongly."""
        member = self.get_object(request, str(pk))
        if not self.has_change_permission(request, member):
            raise PermissionDenied
        if not member.is_here:
            messages.warning(request, f"{member}已离开，留作记录，不再更正。")
            return HttpResponseRedirect(page_of(pk))
        return super().changeform_view(request, str(pk), "", {"title": f"更正“{member}”的信息"})

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, f"已登记“{obj}”，编入{obj.branch}。")
        return HttpResponseRedirect(page_of(obj.pk))

    def response_change(self, request, obj):
        messages.success(request, "已保存，改了哪几项记在经过里。")
        return HttpResponseRedirect(page_of(obj.pk))


def _without(row, gone):
    """A row of a fieldset, a name or a tuple of them, without the names `gone`."""
    names = [name for name in ([row] if isinstance(row, str) else row) if name not in gone]
    return tuple(names) if len(names) > 1 else names[0] if names else None
