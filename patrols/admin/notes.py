"""民情日记: the list, and a note with what may become of it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from checklists.admin.filing import file_page
from checklists.models import Need
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from grids.admin.grids import GridFilter
from grids.models import Community
from patrols.admin.admissions import ONE_BUTTON
from patrols.admin.note_words import WeekFilter, WordFilter, WordsPageMixin
from patrols.forms.notes import NoteForm, VisitAct
from patrols.models import Note
from patrols.resources.channels import NoteSheet
from patrols.services import notes


def page_of(pk):
    return reverse("admin:patrols_note_change", args=[pk])


class BecameFilter(admin.SimpleListFilter):
    title = "去向"
    parameter_name = "became"

    def lookups(self, request, model_admin):
        return [("none", "还没处理"), ("need", "转成需求"), ("visit", "转成走访"), ("topic", "建议议题")]

    def queryset(self, request, queryset):
        return queryset.became(self.value()) if self.value() else queryset


@admin.register(Note)
class NoteAdmin(WordsPageMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    """Written once, never edited: what somebody said stays as it was noted."""

    import_export_change_list_template = "admin/patrols/note/change_list.html"
    form = NoteForm
    resource_classes = [NoteSheet]
    fields = ["community", "grid", "building", "topic", "text", "heard_at"]
    autocomplete_fields = ["grid", "building"]
    list_display = ["first_words", "topic", "place", "author", "heard_at", "became"]
    list_select_related = ["community", "grid", "building__quarter", "author", "need", "household__building__quarter"]
    list_filter = [
        "topic",
        BecameFilter,
        WeekFilter,
        WordFilter,
        ("community", ScopedRelatedFilter),
        ("grid", GridFilter),
    ]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    search_fields = ["text", "author__name"]
    search_help_text = "群众的话、记录人"
    actions = None

    @admin.display(description="群众说了什么", ordering="text")
    def first_words(self, note):
        return str(note)

    @admin.display(description="地点", ordering="community")
    def place(self, note):
        return note.building or note.grid or note.community

    @admin.display(description="去向")
    def became(self, note):
        return note.became_words

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/need/", wrap(self.need_view), name="patrols_note_need"),
            path("<int:pk>/visit/", wrap(self.visit_view), name="patrols_note_visit"),
            path("<int:pk>/topic/", wrap(self.topic_view), name="patrols_note_topic"),
            *super().get_urls(),
        ]

    # --- Written ------------------------------------------------------------------------------------------------------
    def get_changeform_initial_data(self, request):
        communities = Community.objects.allowed(request.user, "patrols.add_note")[:2]
        return {"community": communities[0].pk} if len(communities) == 1 else {}

    def save_model(self, request, obj, form, change):
        note = notes.write_note(**form.cleaned_data, actor=request.user)
        obj.__dict__.update(note.__dict__)

    def response_add(self, request, obj, post_url_continue=None):
        messages.success(request, "已记下。可以接着转成需求、走访或议题。")
        return HttpResponseRedirect(page_of(obj.pk))

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if object_id is None:
            return super().changeform_view(
                request, None, form_url, {**ONE_BUTTON, "title": "记民情日记", **(extra_context or {})}
            )
        return self.note_view(request, self.get_object(request, object_id))

    # --- What becomes of it -------------------------------------------------------------------------------------------
    def _note(self, request, pk):
        rows = Note.objects.visible_to(request.user).select_related(*self.list_select_related)
        return get_object_or_404(rows, pk=pk)

    def note_view(self, request, note, visit=None):
        if not self.has_view_permission(request, note):
            raise PermissionDenied
        can_change = self.has_change_permission(request, note)
        if can_change and visit is None and VisitAct.is_offered(note) and request.user.has_perm("patrols.add_visit"):
            visit = VisitAct(subject=note, user=request.user)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": note,
            "title": f"民情日记 · {note.get_topic_display()}",
            "note": note,
            "can_change": can_change,
            "can_file": can_change and request.user.has_perm("checklists.file_need"),
            "visit": visit if can_change else None,
        }
        status = 422 if visit is not None and visit.is_bound else 200
        return TemplateResponse(request, "admin/patrols/note/page.html", context, status=status)

    def need_view(self, request, pk):
        """代居民登记 with what was heard, the building and the channel filled in."""
        note = self._note(request, pk)
        if note.need_id:
            return HttpResponseRedirect(reverse("admin:checklists_need_change", args=[note.need_id]))
        if not self.has_change_permission(request, note) or not request.user.has_perm("checklists.file_need"):
            raise PermissionDenied
        return file_page(
            request,
            self,
            title="民情日记转成需求",
            filled=notes.filled_from(note),
            heard=f"{note.author} {timezone.localtime(note.heard_at):%m月%d日}记：{note.text}",
            known=lambda: Need.objects.filter(pk=notes.lock_note(note, actor=request.user).need_id).first(),
            keep=lambda need: notes.file_note(note, need, actor=request.user),
            back=page_of(pk),
        )

    def visit_view(self, request, pk):
        note = self._note(request, pk)
        if request.method != "POST" or not VisitAct.is_offered(note):
            return HttpResponseRedirect(page_of(pk))
        if not self.has_change_permission(request, note):
            raise PermissionDenied
        form = VisitAct(request.POST, subject=note, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.note_view(request, note, visit=form)
        messages.success(request, "已列入今天要走访的户，网格员在手机上看得到。")
        return HttpResponseRedirect(page_of(pk))

    def topic_view(self, request, pk):
        note = self._note(request, pk)
        if request.method == "POST":
            notes.suggest_topic(note, actor=request.user)
            messages.success(request, "已列入建议议题。")
        return HttpResponseRedirect(page_of(pk))
