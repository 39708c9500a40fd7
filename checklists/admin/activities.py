from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from checklists.activity_story import TONES, photos_of, story
from checklists.admin.lists import ChecklistAdminMixin
from checklists.admin.needs import badge
from checklists.changes import changes_of
from checklists.forms.activities import STEPS, ActivityForm
from checklists.linking import links_of
from checklists.models import Activity, ActivityPhoto
from checklists.services import activities
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from grids.models import Community
from organizations.photos import photo_file


class WhenFilter(admin.SimpleListFilter):
    title = "时间"
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("coming", "还没办的"), ("late", "过了时间没登记的"), ("over", "办过的")]

    def queryset(self, request, queryset):
        S, open_ones = Activity.Status, (Activity.Status.PLANNED, Activity.Status.ANNOUNCED)
        match self.value():
            case "coming":
                return queryset.with_status(*open_ones).upcoming()
            case "late":
                return queryset.with_status(*open_ones).filter(ends_at__lt=timezone.now())
            case "over":
                return queryset.with_status(S.HELD, S.CONCLUDED)
        return queryset


@admin.register(Activity)
class ActivityAdmin(ScopedAdminMixin, ChecklistAdminMixin, ModelAdmin):
    """活动清单. An activity is planned and changed in the form; it is read and moved on at its page."""

    form = ActivityForm
    fields = ActivityForm.Meta.fields
    list_display = ["name", "state", "kind", "community", "led_by", "time", "place", "enrolled", "reached", "verdict"]
    list_filter = [
        "status",
        WhenFilter,
        "kind",
        ("community", ScopedRelatedFilter),
        ("unit", ScopedRelatedFilter),
    ]
    list_select_related = ["community", "unit", "turn"]
    list_per_page = 50
    date_hierarchy = "starts_at"
    search_fields = ["name"]
    search_help_text = "活动名称、地点、单位、协议编号"
    autocomplete_fields = ["unit", "joint_units", "needs", "resources"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_enrolled().with_verdicts()

    def get_search_results(self, request, queryset, search_term):
        return (queryset.about(search_term) if search_term.strip() else queryset), False

    @admin.display(description="状态", ordering="status")
    def state(self, activity):
        return badge(TONES[activity.status], activity.get_status_display())

    @admin.display(description="牵头单位", ordering="unit__name")
    def led_by(self, activity):
        return f"{activity.unit}（轮值）" if activity.turn_id else activity.unit or activity.community

    @admin.display(description="时间", ordering="starts_at")
    def time(self, activity):
        at = timezone.localtime(activity.starts_at)
        return f"{at:%Y-%m-%d %H:%M}"

    @admin.display(description="报名")
    def enrolled(self, activity):
        return f"{activity.enrolled_count} / {activity.seats}" if activity.seats else activity.enrolled_count

    @admin.display(description="参加人数", ordering="reached_count")
    def reached(self, activity):
        is_over = activity.status in (Activity.Status.HELD, Activity.Status.CONCLUDED)
        return activity.reached_count if is_over else "—"

    @admin.display(description="满意度")
    def verdict(self, activity):
        if not activity.rated_count:
            return "—"
        return f"满意 {activity.satisfied_count} / 评价 {activity.rated_count}"

    def has_delete_permission(self, request, obj=None):
        return False  # what was announced is cancelled with a reason, never erased by a click

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["community"] if obj else [])]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/edit/", wrap(self.edit_view), name="checklists_activity_edit"),
            path("<int:pk>/<slug:verb>/do/", wrap(self.step_view), name="checklists_activity_step"),
            path("photos/<int:pk>/", wrap(self.photo_view), name="checklists_activity_photo"),
            *super().get_urls(),
        ]

    # --- The form -----------------------------------------------------------------------------------------------------
    def get_changeform_initial_data(self, request):
        """`?day=2026-12-01` from the rota; the only community that there is to choose."""
        mine = Community.objects.allowed(request.user, "checklists.add_activity")
        keys = list(mine.values_list("pk", flat=True)[:2])
        asked = number(request.GET.get("community"))
        return {"community": keys[0] if len(keys) == 1 else asked, "needs": _keys(request, "needs")}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return self.activity_view(request, number(object_id))
        context = {**(extra_context or {}), "title": "登记活动"}
        return self._guarded(
            request,
            lambda: super(ActivityAdmin, self).changeform_view(request, None, form_url, context),
        )

    def edit_view(self, request, pk):
        activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
        page = reverse("admin:checklists_activity_change", args=[pk])
        if not self.has_change_permission(request, activity):
            raise PermissionDenied
        if activity.status not in (Activity.Status.PLANNED, Activity.Status.ANNOUNCED):
            messages.warning(request, f"活动{activity.get_status_display()}，计划不能再改。")
            return HttpResponseRedirect(page)
        return self._guarded(
            request,
            lambda: super(ActivityAdmin, self).changeform_view(request, str(pk), "", {"title": "更改活动计划"}),
        )

    def _guarded(self, request, show):
        try:
            return show()
        except ValidationError as error:
            # Somebody enrolled, or moved it on, between the form's check and the lock.
            messages.error(request, "；".join(error.messages))
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request, obj, form, change):
        if not change:
            return activities.plan_activity(obj, actor=request.user)
        columns = {field.name for field in obj._meta.concrete_fields}
        changed = {name: form.cleaned_data[name] for name in form.changed_data if name in columns}
        return activities.change_activity(obj, actor=request.user, **changed)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已登记。发布以后居民才能看到、才能报名。")
        return HttpResponseRedirect(reverse("admin:checklists_activity_change", args=[obj.pk]))

    def response_change(self, request, obj):
        messages.success(request, "已保存，时间地点的改动记在经过里。")
        return HttpResponseRedirect(reverse("admin:checklists_activity_change", args=[obj.pk]))

    # --- The page -----------------------------------------------------------------------------------------------------
    def activity_view(self, request, pk, bound=None):
        rows = Activity.objects.visible_to(request.user).select_related("community", "unit", "turn", "agreement")
        activity = get_object_or_404(rows, pk=pk)
        can_change = self.has_change_permission(request, activity)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": activity,
            "title": activity.name,
            **story(activity, request.user, can_change=can_change, bound=bound),
            "photos": photos_of(activity, "admin:checklists_activity_photo"),
            "enrolments": activity.enrolments.standing(),
            "gone_count": activity.enrolments.exclude(cancelled_at=None).count(),
            "can_reveal": can_change and request.user.has_perm("accounts.reveal_personal"),
            "links": links_of(activity, request.user),
            "changes": changes_of(activity, request.user),
        }
        status = 200 if bound is None else 422
        return TemplateResponse(request, "admin/checklists/activity/page.html", context, status=status)

    def step_view(self, request, pk, verb):
        """One step: a POST runs the verb; errors come back on the activity's page with what was typed."""
        activity = get_object_or_404(Activity.objects.visible_to(request.user), pk=pk)
        step = next((each for each in STEPS if each.verb == verb), None)
        if step is None:
            raise Http404
        page = reverse("admin:checklists_activity_change", args=[pk])
        if request.method != "POST":
            return HttpResponseRedirect(page)
        if not self.has_change_permission(request, activity):
            raise PermissionDenied
        form = step(request.POST, request.FILES, subject=activity, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.activity_view(request, pk, bound=form)
        activity.refresh_from_db()
        messages.success(request, form.done or f"{form.label}：已记录。现在是“{activity.get_status_display()}”。")
        return HttpResponseRedirect(page)

    def photo_view(self, request, pk):
        photo = get_object_or_404(ActivityPhoto.objects.visible_to(request.user), pk=pk)
        return photo_file(photo)


def _keys(request, name):
    return [key for each in request.GET.get(name, "").split(",") if (key := number(each))]
