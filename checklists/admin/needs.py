from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from accounts.models import SavedFilter
from checklists.admin import presenting
from checklists.admin.queue import tiles
from checklists.forms.filings import FilingForm
from checklists.forms.steps import STEPS, steps_for
from checklists.models import Category, Need, NeedPhoto
from checklists.resources import NeedSheet
from checklists.services import needs
from checklists.services.links import make_link
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from organizations.parameters import parameter


def badge(tone, word):
    return format_html('<span class="gv"><span class="badge {}">{}</span></span>', tone, word)


class HeapFilter(admin.SimpleListFilter):
    """The heaps of the work queue, as a filter of the list."""

    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        return [("all", "全部待办"), *((name, label) for name, (label, _) in tiles(request.user).items())]

    def queryset(self, request, queryset):
        heaps = tiles(request.user)
        if self.value() in heaps:
            return queryset.filter(pk__in=heaps[self.value()][1].values("pk"))
        if self.value() == "all":
            waiting = Q()
            for _, heap in heaps.values():
                waiting |= Q(pk__in=heap.values("pk"))
            return queryset.filter(waiting)
        return queryset


class ClassFilter(admin.SimpleListFilter):
    title = "大类"
    parameter_name = "class"

    def lookups(self, request, model_admin):
        return list(Category.objects.classes().values_list("pk", "name"))

    def queryset(self, request, queryset):
        value = number(self.value())
        return queryset if value is None else queryset.filter(category__parent=value)


@admin.register(Need)
class NeedAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """A need is read and moved on here: its page is the three columns of story, track and next step."""

    resource_classes = [NeedSheet]
    change_list_template = "admin/checklists/need/change_list.html"
    list_display = ["number", "state", "category", "first_words", "place", "contact", "due", "holder_name"]
    list_filter = [
        HeapFilter,
        "status",
        ClassFilter,
        "channel",
        "urgency",
        "target_group",
        ("community", ScopedRelatedFilter),
        "satisfaction",
    ]
    list_select_related = ["category", "community", "building__quarter"]
    list_per_page = 50
    date_hierarchy = "submitted_at"
    search_fields = ["code"]
    search_help_text = "受理编号、完整手机号、说明里的词、小区名"
    actions = ["accept_selected"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_deadline().with_holder()

    def get_search_results(self, request, queryset, search_term):
        return (queryset.about(search_term) if search_term.strip() else queryset), False

    @admin.display(description="编号", ordering="code")
    def number(self, need):
        return need.spoken_code

    @admin.display(description="状态", ordering="status")
    def state(self, need):
        return badge(presenting.tone(need), need.get_status_display())

    @admin.display(description="情况", ordering="text")
    def first_words(self, need):
        return need.summary

    @admin.display(description="地点")
    def place(self, need):
        return need.place

    @admin.display(description="联系人")
    def contact(self, need):
        return f"{need.masked_contact_name} {need.masked_contact_phone}"

    @admin.display(description="期限", ordering="due_at")
    def due(self, need):
        deadline = presenting.deadline_parts(need)
        return (
            format_html('<span class="gv"><span class="badge {}">{}</span></span>', deadline["tone"], deadline["words"])
            if deadline
            else "—"
        )

    @admin.display(description="在谁手里", ordering="holder")
    def holder_name(self, need):
        return need.holder or (need.community if need.is_open else "—")

    @admin.action(description="受理所选需求", permissions=["change"])
    def accept_selected(self, request, queryset):
        accepted, refused = 0, []
        for need in queryset.order_by("pk"):
            try:
                needs.accept(need, actor=request.user)
                accepted += 1
            except (ValidationError, PermissionDenied):
                refused.append(need.spoken_code)
        if accepted:
            self.message_user(request, f"已受理 {accepted} 件，正在匹配资源。", messages.SUCCESS)
        if refused:
            self.message_user(
                request, f"{len(refused)} 件不在待受理状态，没有改动：{'、'.join(refused)}", messages.WARNING
            )

    def has_delete_permission(self, request, obj=None):
        return False  # what a resident said is withdrawn or rejected, never erased by a click

    def has_add_permission(self, request):
        return request.user.has_perm("checklists.file_need")

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/<slug:verb>/do/", wrap(self.step_view), name="checklists_need_step"),
            path("photos/<int:pk>/", wrap(self.photo_view), name="checklists_need_photo"),
            *super().get_urls(),
        ]

    def changelist_view(self, request, extra_context=None):
        saved = SavedFilter.objects.visible_to(request.user).filter(path=request.path)
        query = request.GET.copy()
        query.pop("p", None)
        return super().changelist_view(
            request, {**(extra_context or {}), "saved_filters": saved, "current_query": query.urlencode()}
        )

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return self.file_view(request)
        return self.need_view(request, object_id)

    def file_view(self, request):
        """代居民登记: phone call, visit, desk; who filed it and how is kept."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.htmx and request.htmx.trigger_name == "category":
            # Another category asks other questions: the page comes back with all that was typed, and unjudged.
            typed = {name: values if len(values) > 1 else values[0] for name, values in request.POST.lists()}
            form = FilingForm(initial=typed, user=request.user)
        else:
            form = FilingForm(request.POST or None, request.FILES or None, user=request.user)
            if form.is_bound and form.is_valid() and (need := form.submit()):
                messages.success(request, f"已登记，受理编号 {need.spoken_code}，请告诉居民记下。")
                return HttpResponseRedirect(reverse("admin:checklists_need_change", args=[need.pk]))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "代居民登记",
            "form": form,
            "has_file_field": True,
        }
        return TemplateResponse(request, "admin/checklists/need/file.html", context)

    def need_view(self, request, object_id, bound=None):
        try:
            need = get_object_or_404(
                Need.objects.visible_to(request.user).select_related(
                    "category__parent",
                    "community__street",
                    "building__quarter",
                    "building__grid",
                    "filed_by",
                    "notice",
                    "merged_into",
                    "wanted_resource__unit",
                ),
                pk=object_id,
            )
        except (ValueError, OverflowError) as error:
            raise Http404 from error
        can_change = self.has_change_permission(request, need)
        steps = [
            bound if bound is not None and isinstance(bound, step) else step(need=need, user=request.user)
            for step in steps_for(need)
            if can_change and self._may(request.user, need)
        ]
        if bound is not None and not any(step is bound for step in steps):
            steps.insert(0, bound)
        open_dispatch = need.dispatches.open().select_related("resource__unit").first()
        duplicates = []
        if need.is_open:
            duplicates = (
                Need.objects.visible_to(request.user)
                .possible_duplicates(need, parameter("duplicate_weeks"))
                .select_related("category", "building__quarter", "community")[:5]
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": need,
            "title": f"{need.spoken_code} {need.category}",
            "need": need,
            "tone": presenting.tone(need),
            "deadline": presenting.deadline_parts(need),
            "steps": steps,
            "main_steps": [step for step in steps if not step.is_quiet and step.verb != "dispatch"],
            "more_steps": [step for step in steps if step.is_quiet],
            "dispatch_step": next((step for step in steps if step.verb == "dispatch"), None),
            "proposals": presenting.proposal_cards(need) if need.status == Need.Status.ACCEPTED else [],
            "fallen": presenting.fallen(need),
            "is_matching": need.match_due_at is not None,
            "timeline": presenting.timeline(need),
            "photos": presenting.photo_links(need, "admin:checklists_need_photo"),
            "duplicates": duplicates,
            "merge_step": next((step for step in steps if step.verb == "merge"), None),
            "open_dispatch": open_dispatch,
            "link": make_link(open_dispatch) if open_dispatch and can_change else "",
            "duties": need.building.grid.duties.current() if need.building_id and need.building.grid_id else [],
            "dispatches": need.dispatches.select_related("resource__unit"),
            "can_reveal": request.user.has_perm("accounts.reveal_personal"),
            "personal": [
                (label, field, getattr(need, f"masked_{field}"))
                for label, field in (
                    ("联系人", "contact_name"),
                    ("手机号", "contact_phone"),
                    ("详细地址", "address_detail"),
                    ("替谁反映", "on_behalf_of"),
                )
                if getattr(need, field)
            ],
        }
        return TemplateResponse(
            request, "admin/checklists/need/change_form.html", context, status=422 if bound is not None else 200
        )

    def _may(self, user, need):
        if need.status != Need.Status.ESCALATED:
            return True
        return Need.objects.allowed(user, "checklists.direct_escalated_need").filter(pk=need.pk).exists()

    def step_view(self, request, pk, verb):
        """One step: a POST runs the verb; errors come back on the need's page with what was typed."""
        need = get_object_or_404(Need.objects.visible_to(request.user).select_related("category", "community"), pk=pk)
        step = next((each for each in STEPS if each.verb == verb), None)
        if step is None:
            raise Http404
        page = reverse("admin:checklists_need_change", args=[need.pk])
        if request.method != "POST":
            return HttpResponseRedirect(page)
        if not self.has_change_permission(request, need):
            raise PermissionDenied
        form = step(request.POST, request.FILES, need=need, user=request.user)
        if form.is_valid():
            form.run()
        if form.is_valid():
            need.refresh_from_db()
            messages.success(request, self._told(need, form))
            back = request.POST.get("back", "")
            return HttpResponseRedirect(reverse("admin:index") + back if back.startswith("?") else page)
        return self.need_view(request, str(pk), bound=form)

    @staticmethod
    def _told(need, form):
        """What was recorded, and who acts now, by when."""
        if need.status == Need.Status.ACCEPTED:
            return f"{need.spoken_code} 已受理，系统正在匹配资源，结果几秒后出现在这一页。"
        if need.status == Need.Status.DISPATCHED:
            row = need.dispatches.open().select_related("resource__unit").get()
            until = timezone.localtime(row.reply_by).strftime("%m月%d日 %H:%M")
            return f"{need.spoken_code} 已派给{row.resource.unit}，对方应在 {until} 前答复，超时自动退回。"
        return f"{need.spoken_code} {form.label}：现在是“{need.get_status_display()}”。"

    def photo_view(self, request, pk):
        photo = get_object_or_404(NeedPhoto.objects.visible_to(request.user), pk=pk)
        response = FileResponse(photo.image.open("rb"), content_type="image/jpeg")
        response["Cache-Control"] = "private, max-age=3600"
        return response
