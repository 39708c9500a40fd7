"""岗位: the list, one with its people and what may be done, and whom to ask."""

from datetime import timedelta

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids.models import Community
from volunteers import position_story
from volunteers.forms.positions import KIND_FIELDS, KIND_HINTS, OWN_TITLES, POSITION_ACTS, InvitePerson, PositionForm
from volunteers.models import Position, PositionClass
from volunteers.resources.positions import PositionResource
from volunteers.services.positions import uncounted_head
from volunteers.services.suggestions import invited, suggest_for_position

SUGGESTED = 10


class NeedFilter(admin.SimpleListFilter):
    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        return [("claimed", "有人待确认"), ("empty", "招募中，还缺人"), ("ending", "任期 30 天内到")]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        match self.value():
            case "claimed":
                return queryset.filter(claimed_count__gt=0)
            case "empty":
                return queryset.open().wanting()
            case "ending":
                return queryset.filter(ends_on__range=(today, today + timedelta(days=30)))
        return queryset


@admin.register(Position)
class PositionAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = PositionForm
    acts = POSITION_ACTS
    page_template = "admin/volunteers/position/page.html"
    page_related = ("community__street", "position_class", "building__quarter", "grid", "branch__parent")
    has_edit_page = True
    resource_classes = [PositionResource]
    autocomplete_fields = ["community", "building", "grid", "branch"]
    list_display = ["title", "state", "kind", "position_class", "community", "where", "people", "waiting", "ends_on"]
    list_select_related = ["community", "position_class", "building__quarter", "grid", "branch"]
    list_filter = [NeedFilter, "status", "kind", "position_class", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["title", "text", "place", "building__quarter__name", "grid__name"]
    search_help_text = "岗位名称、做什么、地点"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    @admin.display(description="状态", ordering="status")
    def state(self, position):
        return badge(position_story.POSITION_TONES[position.status], position.get_status_display())

    @admin.display(description="地点")
    def where(self, position):
        return position.spot

    @admin.display(description="在岗", ordering="held_count")
    def people(self, position):
        places = position_story.places(position)
        return f"{places['used']} / {places['total']}"

    @admin.display(description="待确认", ordering="claimed_count")
    def waiting(self, position):
        return badge("warn", f"{position.claimed_count} 人") if position.claimed_count else "—"

    # --- One form for each kind ---------------------------------------------------------------------------------------
    def kind_of(self, request, obj=None):
        kind = obj.kind if obj else request.POST.get("kind") or request.GET.get("kind")
        return Position.Kind(kind) if kind in Position.Kind else None

    def get_fields(self, request, obj=None):
        return KIND_FIELDS[self.kind_of(request, obj) or PositionForm.kind]

    def get_fieldsets(self, request, obj=None):
        kind = self.kind_of(request, obj)
        return [(kind and kind.label, options) for _, options in super().get_fieldsets(request, obj)]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.kind, form.actor = self.kind_of(request, obj) or PositionForm.kind, request.user
        return form

    def get_changeform_initial_data(self, request):
        """What the only community, and the kind, say already."""
        own = list(Community.objects.under_posts(request.user, "volunteers.add_position")[:2])
        kind = self.kind_of(request)
        usual = "组织建设" if kind == Position.Kind.HOUSEHOLD else "社区治理"
        classes = PositionClass.objects.in_use().filter(name=usual)
        return {
            **({"community": own[0].pk} if len(own) == 1 else {}),
            **({"title": OWN_TITLES[kind]} if kind in OWN_TITLES else {}),
            **({"position_class": row.pk} if kind in OWN_TITLES and (row := classes.first()) else {}),
            **super().get_changeform_initial_data(request),
        }

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None or not self.has_add_permission(request):
            return super().changeform_view(request, object_id, form_url, extra_context)
        kind = self.kind_of(request)
        if kind is None:
            kinds = [(kind.value, kind.label, KIND_HINTS[kind]) for kind in Position.Kind]
            context = {**self.admin_site.each_context(request), "opts": self.opts, "title": "新设岗位", "kinds": kinds}
            return TemplateResponse(request, "admin/volunteers/position/kinds.html", context)
        title = {"title": f"新设岗位：{kind.label}"}
        return super().changeform_view(request, None, form_url, {**title, **(extra_context or {})})

    def save_model(self, request, obj, form, change):
        """The form's service has saved it."""

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已新设，还没有发布。核对以后点“发布”，志愿者才看得到。")
        return HttpResponseRedirect(self.page_url(obj.pk))

    def response_change(self, request, obj):
        messages.success(request, "已更正。")
        return HttpResponseRedirect(self.page_url(obj.pk))

    def page_url(self, pk):
        return reverse("admin:volunteers_position_change", args=[pk])

    # --- One ----------------------------------------------------------------------------------------------------------
    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/people/", wrap(self.people_view), name="volunteers_position_people"),
            *super().get_urls(),
        ]

    def context_of(self, position):
        rows = position.holdings.select_related("volunteer__community", "duty", "household", "position")
        rows = sorted(rows.order_by("claimed_at", "pk"), key=lambda row: ORDER.index(state_key(row)))
        stand_ins = position_story.acting(rows)
        return {
            "position": position,
            "tone": position_story.POSITION_TONES[position.status],
            "places": position_story.places(position),
            "terms": position_story.terms(position),
            "head": uncounted_head(position),
            "people": [
                {
                    "row": row,
                    "state": position_story.state(row),
                    "span": position_story.span(row),
                    "stand_in": stand_ins.get(row.pk),
                }
                for row in rows
            ],
        }

    def people_view(self, request, pk):
        """推荐人选."""
        position = self.row(request, pk)
        if not request.user.has_perm("volunteers.view_volunteer"):
            raise PermissionDenied
        found = suggest_for_position(position, SUGGESTED)
        told = invited(position, [each.volunteer for each in found])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": position,
            "title": f"推荐人选：{position}",
            "position": position,
            "places": position_story.places(position),
            "suggestions": [(each, each.volunteer.pk in told) for each in found],
            "can_invite": self.has_change_permission(request, position) and position.status == Position.Status.OPEN,
        }
        return TemplateResponse(request, "admin/volunteers/position/people.html", context)

    def act_view(self, request, pk, verb):
        if verb != InvitePerson.verb or request.method != "POST":
            return super().act_view(request, pk, verb)
        position = self.row(request, pk)
        form = InvitePerson(request.POST, subject=position, user=request.user)
        if self.has_change_permission(request, position) and form.is_valid():
            form.run()
        told = " ".join(form.non_field_errors()) or "没有邀请，请刷新再试。"
        messages.add_message(request, *((messages.WARNING, told) if form.errors else (messages.SUCCESS, form.done)))
        return HttpResponseRedirect(reverse("admin:volunteers_position_people", args=[pk]))

    def next_page(self, answer, page):
        return self.page_url(answer.pk) if isinstance(answer, Position) else page


ORDER = ["claimed", "waiting", "held", "past"]


def state_key(holding):
    if holding.is_over(timezone.localdate()) or holding.status in ("declined", "withdrawn"):
        return "past"
    return holding.status


@admin.register(PositionClass)
class PositionClassAdmin(ScopedAdminMixin, ModelAdmin):
    list_display = ["name", "order", "is_active"]
    list_per_page = 50
    search_fields = ["name"]
    actions = None
