"""岗位体系, 晋级规则, 薪酬标准: what holds is read, a change is a new version from a day to come."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline

from accounts.admin import LabelledCellsMixin
from cadres.forms.schemes import CopyForm, InSchemeFormSet, LevelFormSet, RangeFormSet, VersionForm
from cadres.models import Allowance, PayLevel, PayTable, QualificationBonus, Rulebook, Scheme, Track, TrackRange
from govern.scoping import ScopedAdminMixin, ScopedFieldsMixin, ScopedRelatedFilter


class PartInline(LabelledCellsMixin, ScopedFieldsMixin, TabularInline):
    extra = 0
    hide_title = True


class TrackInline(PartInline):
    model = Track
    fields = ["name", "posts", "position"]

    def has_delete_permission(self, request, obj=None):
        return False  # people stand on it


class RangeInline(PartInline):
    model = TrackRange
    formset = RangeFormSet
    fields = ["track", "lowest", "highest"]


class BonusInline(PartInline):
    model = QualificationBonus
    fields = ["title", "levels", "years"]


class LevelInline(PartInline):
    model = PayLevel
    formset = LevelFormSet
    fields = ["level", "coefficient"]


class AllowanceInline(PartInline):
    model = Allowance
    formset = InSchemeFormSet
    fields = ["name", "amount", "track", "title"]


@admin.register(Scheme)
class SchemeAdmin(ScopedAdminMixin, ModelAdmin):
    inlines = [TrackInline]
    fields = ["name", "top_level", "note", "is_active"]
    list_display = ["name", "top_level", "tracks_in_words", "is_active"]
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("tracks")

    @admin.display(description="岗位")
    def tracks_in_words(self, scheme):
        return "、".join(track.name for track in scheme.tracks.all())

    def has_delete_permission(self, request, obj=None):
        return False


class VersionAdmin(ScopedAdminMixin, ModelAdmin):
    """A version in force is read-only; the copy of one, from a day to come, is edited until that day."""

    form = VersionForm
    change_form_outer_before_template = "admin/cadres/_version.html"
    list_filter = [("scheme", ScopedRelatedFilter), "effective_on"]
    list_select_related = ["scheme"]
    actions = None

    def get_urls(self):
        name = f"cadres_{self.opts.model_name}_copy"
        return [path("<int:pk>/copy/", self.admin_site.admin_view(self.copy_view), name=name), *super().get_urls()]

    def has_change_permission(self, request, obj=None):
        is_open = obj is None or obj.effective_on > timezone.localdate()
        return is_open and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        is_open = obj is not None and obj.effective_on > timezone.localdate()
        return is_open and super().has_delete_permission(request, obj)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        context = {
            "can_copy": self.has_add_permission(request),
            "copy_name": f"admin:cadres_{self.opts.model_name}_copy",
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def copy_view(self, request, pk):
        row = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_add_permission(request):
            raise PermissionDenied
        first = timezone.localdate().replace(month=1, day=1)
        next_year = first.replace(year=first.year + 1)
        form = CopyForm(request.POST or None, row=row, user=request.user, initial={"on": next_year})
        if form.is_bound and form.is_valid() and (copy := form.run()):
            messages.success(request, "已另立一版，执行日以前都可以改。")
            return HttpResponseRedirect(reverse(f"admin:cadres_{self.opts.model_name}_change", args=[copy.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"另立一版{self.opts.verbose_name}",
        }
        back = reverse(f"admin:cadres_{self.opts.model_name}_change", args=[pk])
        context |= {"form": form, "submit": "照这一版另立", "back": back}
        status = 422 if form.is_bound else 200
        return TemplateResponse(request, "admin/cadres/communityworker/form.html", context, status=status)


@admin.register(Rulebook)
class RulebookAdmin(VersionAdmin):
    inlines = [RangeInline, BonusInline]
    fieldsets = [
        (None, {"fields": ["scheme", "effective_on", "source"]}),
        ("年限", {"fields": ["step_years", "counted_grades", "counts_unappraised", "counts_part_years"]}),
        ("提前、降级和岗位变动", {"fields": ["early_run", "early_limit", "penalty_levels", "change_delay_months"]}),
    ]
    list_display = ["scheme", "effective_on", "step_years", "counted", "early_run", "early_limit"]
    list_display_links = ["scheme", "effective_on"]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "counted"]

    def get_fieldsets(self, request, obj=None):
        # Who only looks is shown words: read-only, Django would print the number that the ticks add up to.
        if obj is None or self.has_change_permission(request, obj):
            return self.fieldsets
        name, years = self.fieldsets[1]
        fields = ["counted" if each == "counted_grades" else each for each in years["fields"]]
        return [self.fieldsets[0], (name, {"fields": fields}), *self.fieldsets[2:]]

    @admin.display(description="计入工龄的考核等次")
    def counted(self, rulebook):
        return rulebook.get_counted_grades_display()


@admin.register(PayTable)
class PayTableAdmin(VersionAdmin):
    inlines = [LevelInline, AllowanceInline]
    fieldsets = [
        (None, {"fields": ["scheme", "effective_on", "source"]}),
        ("标准", {"fields": ["base", "performance_percent", "rounding"]}),
        ("试用期", {"fields": ["probation_months", "probation_percent"]}),
    ]
    list_display = ["scheme", "effective_on", "base", "performance_percent", "source"]
    list_display_links = ["scheme", "effective_on"]
