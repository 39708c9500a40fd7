from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from checklists import project_words
from checklists.admin.lists import ChecklistAdminMixin
from checklists.admin.needs import badge
from checklists.admin.project_story import STEPS, story
from checklists.forms.projects import FIELDS, ProjectForm
from checklists.models import Evidence, Need, Project
from checklists.services import projects
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from grids.models import Community
from organizations.photos import photo_file


class OverdueFilter(admin.SimpleListFilter):
    title = "时限"
    parameter_name = "overdue"

    def lookups(self, request, model_admin):
        return [("1", "已超期")]

    def queryset(self, request, queryset):
        return queryset.overdue() if self.value() == "1" else queryset


@admin.register(Project)
class ProjectAdmin(ScopedAdminMixin, ChecklistAdminMixin, ModelAdmin):
    """项目清单. A project is made and put right in the form; it is read and moved on at its page."""

    form = ProjectForm
    fields = FIELDS
    list_display = ["number_in_year", "name", "state", "community", "unit", "done", "due", "spending"]
    list_display_links = ["number_in_year", "name"]
    list_filter = ["status", OverdueFilter, "is_open_to_bids", ("community", ScopedRelatedFilter)]
    list_select_related = ["community", "unit"]
    list_per_page = 50
    date_hierarchy = "starts_on"
    search_fields = ["number", "name", "goal", "unit__name", "leader"]
    search_help_text = "编号、项目名称、要解决的问题、牵头单位、责任人"
    autocomplete_fields = ["needs", "resources", "unit", "joint_units"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_spent()

    @admin.display(description="编号", ordering="number")
    def number_in_year(self, project):
        return project_words.short_number(project)

    @admin.display(description="状态", ordering="status")
    def state(self, project):
        return badge(project_words.TONES[project.status], project.get_status_display())

    @admin.display(description="进度", ordering="progress")
    def done(self, project):
        return format_html(
            '<span class="gv"><progress class="bar" value="{0}" max="100" aria-label="进度">{0}%</progress> '
            '<span class="num">{0}%</span></span>',
            project.progress,
        )

    @admin.display(description="完成时限", ordering="due_on")
    def due(self, project):
        left = project_words.deadline(project)
        day = f"{project.due_on:%Y-%m-%d}"
        return format_html("{} {}", day, badge(left["tone"], left["words"])) if left else day

    @admin.display(description="支出 / 预算（元）", ordering="budget")
    def spending(self, project):
        words = f"{project.spent:,.0f} / {project.budget:,.0f}"
        return format_html("{} {}", words, badge("bad", "超预算")) if project.spent > project.budget else words

    def has_delete_permission(self, request, obj=None):
        return False  # what was publicized is stopped with a reason, never erased by a click

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["community"] if obj else [])]

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/edit/", wrap(self.edit_view), name="checklists_project_edit"),
            path("<int:pk>/<slug:verb>/do/", wrap(self.step_view), name="checklists_project_step"),
            path("photos/<int:pk>/", wrap(self.photo_view), name="checklists_project_photo"),
            *super().get_urls(),
        ]

    # --- The form -----------------------------------------------------------------------------------------------------
    def get_changeform_initial_data(self, request):
        """`?needs=1,2` from the need list: their community, and the name of their category to begin with."""
        asked = [number(each) for each in request.GET.get("needs", "").split(",")]
        rows = list(Need.objects.visible_to(request.user).filter(pk__in=[each for each in asked if each]))
        communities = {need.community_id for need in rows}
        if not communities:
            communities = set(
                Community.objects.allowed(request.user, "checklists.add_project").values_list("pk", flat=True)[:2]
            )
        return {
            "community": communities.pop() if len(communities) == 1 else None,
            "needs": [need.pk for need in rows],
            "name": f"{rows[0].category}" if rows else "",
            "starts_on": timezone.localdate(),
        }

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is not None:
            return self.project_view(request, number(object_id))
        try:
            return super().changeform_view(request, None, form_url, {**(extra_context or {}), "title": "立项"})
        except ValidationError as error:
            # A second click, or somebody else with the same project, between the form's check and the lock.
            messages.warning(request, "；".join(error.messages))
            return HttpResponseRedirect(reverse("admin:checklists_project_changelist"))

    def edit_view(self, request, pk):
        project = get_object_or_404(self.get_queryset(request), pk=pk)
        page = reverse("admin:checklists_project_change", args=[pk])
        if not self.has_change_permission(request, project):
            raise PermissionDenied
        try:
            return super().changeform_view(request, str(pk), "", {"title": "更正信息"})
        except ValidationError as error:
            # Somebody moved the project between the form's check and the lock.
            messages.error(request, "；".join(error.messages))
            return HttpResponseRedirect(page)

    def save_model(self, request, obj, form, change):
        if not change:
            links = {name: form.cleaned_data.get(name, ()) for name in projects.LINKS}
            return projects.propose_project(obj, actor=request.user, **links)
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        return projects.change_project(Project(pk=obj.pk), actor=request.user, **changed)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, f"已立项，编号 {obj.number}。下一步：开始公示，或先开放揭榜。")
        return HttpResponseRedirect(reverse("admin:checklists_project_change", args=[obj.pk]))

    def response_change(self, request, obj):
        messages.success(request, "已保存，更正的内容记在经过里。")
        return HttpResponseRedirect(reverse("admin:checklists_project_change", args=[obj.pk]))

    # --- The page -----------------------------------------------------------------------------------------------------
    def project_view(self, request, pk, bound=None):
        rows = Project.objects.visible_to(request.user).select_related("community", "unit")
        project = get_object_or_404(rows, pk=pk)
        can_change = self.has_change_permission(request, project)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": project,
            "title": project.name,
            **story(project, request.user, can_change=can_change, bound=bound),
        }
        status = 200 if bound is None else 422
        return TemplateResponse(request, "admin/checklists/project/story.html", context, status=status)

    def step_view(self, request, pk, verb):
        """One step: a POST runs the verb; errors come back on the project's page with what was typed."""
        project = get_object_or_404(Project.objects.visible_to(request.user).select_related("community"), pk=pk)
        step = next((each for each in STEPS if each.verb == verb), None)
        if step is None:
            raise Http404
        page = reverse("admin:checklists_project_change", args=[project.pk])
        if request.method != "POST":
            return HttpResponseRedirect(page)
        if not self.has_change_permission(request, project):
            raise PermissionDenied
        form = step(request.POST, request.FILES, subject=project, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.project_view(request, pk, bound=form)
        project.refresh_from_db()
        messages.success(request, f"{form.label}：已记录。{told(project)}")
        if form.panel == "money" and projects.spent(project) > project.budget:
            over = projects.spent(project) - project.budget
            messages.warning(request, f"累计支出已超出预算 {over:,.2f} 元，请核对或调整预算。")
        return HttpResponseRedirect(page)

    def photo_view(self, request, pk):
        photo = get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk)
        return photo_file(photo)


def told(project):
    """Where it is now, and what comes next."""
    Status = Project.Status
    day = project.publicity_ends_on
    leaderless = "单位正在揭榜，截止后在这里选定牵头单位。" if project.is_open_to_bids else "请先定牵头单位。"
    return {
        Status.PROPOSED: "下一步：开始公示。" if project.unit_id else leaderless,
        Status.PUBLICIZED: f"公示到 {day:%m月%d日}，期满后启动实施。" if day else "期满后启动实施。",
        Status.IMPLEMENTING: f"进度 {project.progress}%，办完后提交验收。",
        Status.INSPECTING: "下一步：验收。",
        Status.CLOSED: "项目已销号，居民可以评议。",
        Status.STOPPED: "项目已终止。",
    }[project.status]
