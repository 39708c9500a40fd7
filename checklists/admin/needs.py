from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.admin import ModelAdmin

from accounts.models import SavedFilter
from checklists.admin import presenting
from checklists.admin.filing import file_page
from checklists.admin.lists import ChecklistAdminMixin
from checklists.admin.need_splits import SplitPageMixin
from checklists.admin.need_story import story
from checklists.admin.queue import all_waiting, tiles
from checklists.admin.shortages import UnmetFilter
from checklists.forms.answering import offer_answers
from checklists.forms.projects import demand_one_community
from checklists.forms.steps import STEPS
from checklists.models import Category, Need, NeedPhoto
from checklists.querysets.needs import is_too_short
from checklists.services import needs
from checklists.views.progress import foretold
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number


def badge(tone, word):
    return format_html('<span class="gv"><span class="badge {}">{}</span></span>', tone, word)


class HeapFilter(admin.SimpleListFilter):
    """The heaps of the work queue, as a filter of the list."""

    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        self.heaps = tiles(request.user)
        return [("all", "全部待办"), *((name, label) for name, (label, _) in self.heaps.items())]

    def queryset(self, request, queryset):
        if self.value() in self.heaps:
            return queryset & self.heaps[self.value()][1]
        return queryset & all_waiting(self.heaps) if self.value() == "all" else queryset


class ClassFilter(admin.SimpleListFilter):
    title = "大类"
    parameter_name = "class"

    def lookups(self, request, model_admin):
        return list(Category.objects.classes().values_list("pk", "name"))

    def queryset(self, request, queryset):
        value = number(self.value())
        return queryset if value is None else queryset.filter(category__parent=value)


class PartFilter(admin.SimpleListFilter):
    title = "拆分"
    parameter_name = "part"

    def lookups(self, request, model_admin):
        return [("whole", "居民反映的原件"), ("part", "拆出来的")]

    def queryset(self, request, queryset):
        wanted = {"whole": {"parent": None}, "part": {"parent__isnull": False}}
        return queryset.filter(**wanted.get(self.value(), {}))


@admin.register(Need)
class NeedAdmin(ScopedAdminMixin, ChecklistAdminMixin, SplitPageMixin, ModelAdmin):
    """A need is read and moved on here: its page is the three columns of story, track and next step."""

    change_list_template = "admin/checklists/need/change_list.html"
    list_display = ["number", "state", "category", "first_words", "place", "contact", "due", "holder_name"]
    list_filter = [
        HeapFilter,
        "status",
        ClassFilter,
        "channel",
        "raised_by",
        "level",
        PartFilter,
        UnmetFilter,
        "urgency",
        "target_group",
        ("community", ScopedRelatedFilter),
        "satisfaction",
    ]
    list_select_related = ["category", "community", "building__quarter"]
    list_per_page = 30
    # A million rows are neither counted nor sorted into months for a page of thirty.
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    search_fields = ["code"]
    search_help_text = "受理编号、12345 转办单号、完整手机号，或两个字以上的词（说明、小区、楼栋）"
    actions = ["accept_selected", "propose_project"]

    def get_queryset(self, request):
        rows = super().get_queryset(request).with_deadline().with_holder()
        return rows.defer("answers", "funnel", "grams", "address_detail", "on_behalf_of")

    def get_search_results(self, request, queryset, search_term):
        if not search_term.strip():
            return queryset, False
        # A number names one need: it is found whatever else is filtered by.
        numbered = self.get_queryset(request).numbered(search_term)
        if numbered.exists():
            return numbered, False
        if is_too_short(search_term):
            messages.warning(request, "请至少输入两个字，一个字查不了。")
        return queryset.about(search_term), False

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

    @admin.action(description="为所选需求立项", permissions=["view"])
    def propose_project(self, request, queryset):
        """On to the form of a project, with the needs chosen in it."""
        if not request.user.has_perm("checklists.add_project"):
            raise PermissionDenied
        try:
            demand_one_community(queryset.select_related("community"))
        except ValidationError as error:
            return self.message_user(request, " ".join(error.messages), messages.WARNING)
        keys = ",".join(str(pk) for pk in queryset.values_list("pk", flat=True))
        return HttpResponseRedirect(reverse("admin:checklists_project_add", query={"needs": keys}))

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
            path("<int:pk>/split/", wrap(self.split_view), name="checklists_need_split"),
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
        return file_page(request, self)

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
                    "parent",
                    "wanted_resource__unit",
                ),
                pk=object_id,
            )
        except (ValueError, OverflowError) as error:
            raise Http404 from error
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": need,
            "title": f"{need.spoken_code} {need.category}",
            **story(need, request.user, can_change=self.has_change_permission(request, need), bound=bound),
        }
        is_refused = bound is not None and bool(bound.errors)
        return TemplateResponse(
            request, "admin/checklists/need/change_form.html", context, status=422 if is_refused else 200
        )

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
        if {"fill", "preview"} & set(request.POST):
            return self.need_view(request, str(pk), bound=self._not_yet(request, need, form))
        if form.is_valid():
            form.run()
        if form.is_valid():
            need.refresh_from_db()
            messages.success(request, self._told(need, form))
            back = request.POST.get("back", "")
            return HttpResponseRedirect(reverse("admin:index") + back if back.startswith("?") else page)
        return self.need_view(request, str(pk), bound=form)

    @staticmethod
    def _not_yet(request, need, form):
        """The step as it was typed, with a standard answer in it, or with what the resident would read."""
        offer_answers(need, [form])
        if "fill" in request.POST:
            return form.filled_with(request.POST["fill"])
        form.is_open = True
        if form.is_valid() and form.words:
            to = form.cleaned_data.get("to", "")
            form.preview = foretold(need, form.target, form.cleaned_data[form.words], handed_to=to)
        return form

    @staticmethod
    def _told(need, form):
        """What was recorded, and who acts now, by when."""
        if form.verb == "ask":
            return "问题已记下。请把“问居民的话”里的链接发给居民，居民点开就能答复；他查进度时也会看到。"
        if form.done:
            return f"{need.spoken_code} {form.done}"
        if need.status == Need.Status.HANDED_OFF:
            return f"{need.spoken_code} 已转给{need.handed_to}，转出期间不计时。对方办好了，请回来填结果。"
        if need.status == Need.Status.ESCALATED:
            return f"{need.spoken_code} 已上报，现在由{need.get_level_display()}处置。"
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
