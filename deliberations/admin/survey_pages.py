"""The pages beside a survey's own: its questions, papers, slips, sheets, and the result before it is public."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import content_disposition_header

from accounts.fields import show_refusal
from deliberations.forms.survey_sheets import PaperForm, SheetForm
from deliberations.forms.surveys import IssueTickets, QuestionForm, VoidForm
from deliberations.models import Survey
from deliberations.resources.surveys import result_book
from deliberations.services.surveys import building
from deliberations.services.surveys.counting import enter_paper_counts
from deliberations.services.surveys.filling import void_sheet
from deliberations.survey_results import result_of
from govern.views import number
from patrols.admin.field_desks import qr

Status = Survey.Status
SHEETS = 10
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SurveyPagesMixin:
    def get_urls(self):
        wrap, base = self.admin_site.admin_view, "deliberations_survey"
        return [
            path("<int:pk>/questions/add/", wrap(self.question_view), name=f"{base}_question_add"),
            path("<int:pk>/questions/<int:question>/", wrap(self.question_view), name=f"{base}_question"),
            path("<int:pk>/questions/<int:question>/<slug:act>/", wrap(self.shift_view), name=f"{base}_question_act"),
            path("<int:pk>/preview/", wrap(self.preview_view), name=f"{base}_preview"),
            path("<int:pk>/paper/", wrap(self.paper_view), name=f"{base}_paper"),
            path("<int:pk>/poster/", wrap(self.poster_view), name=f"{base}_poster"),
            path("<int:pk>/counts/", wrap(self.counts_view), name=f"{base}_counts"),
            path("<int:pk>/sheets/", wrap(self.sheets_view), name=f"{base}_sheets"),
            path("<int:pk>/sheets/<uuid:sheet>/", wrap(self.void_view), name=f"{base}_void"),
            path("<int:pk>/result/", wrap(self.result_view), name=f"{base}_result"),
            path("<int:pk>/result/export/", wrap(self.export_view), name=f"{base}_result_export"),
            *super().get_urls(),
        ]

    def show(self, request, survey, name, *, title, status=200, **context):
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": survey,
            "survey": survey,
            "title": title,
            "back": self.page_url(survey),
            **context,
        }
        return TemplateResponse(request, f"admin/deliberations/survey/{name}.html", context, status=status)

    def changeable(self, request, pk, *statuses):
        """The survey, where it may be changed and is still so far; else 403, or 404 for an old page's address."""
        survey = self.row(request, pk)
        if not self.has_change_permission(request, survey):
            raise PermissionDenied
        if survey.status not in statuses:
            raise Http404
        return survey

    # --- Questions ----------------------------------------------------------------------------------------------------
    def question_view(self, request, pk, question=None):
        survey = self.changeable(request, pk, Status.DRAFTED)
        row = get_object_or_404(survey.questions, pk=question) if question else None
        form = QuestionForm(request.POST or None, instance=row, survey=survey, user=request.user)
        if request.method == "POST" and form.is_valid():
            try:
                form.save()
            except ValidationError as error:
                show_refusal(form, error)
            else:
                messages.success(request, "问题已保存。")
                again = "another" in request.POST
                add = reverse("admin:deliberations_survey_question_add", args=[pk])
                return HttpResponseRedirect(add if again else self.page_url(survey) + "#questions")
        title = "更改问题" if row else "加一题"
        return self.show(request, survey, "question", title=title, form=form, status=422 if form.errors else 200)

    def shift_view(self, request, pk, question, act):
        survey = self.changeable(request, pk, Status.DRAFTED)
        row = get_object_or_404(survey.questions, pk=question)
        if request.method == "POST" and act in ("up", "down"):
            building.shift_question(row, up=act == "up", actor=request.user)
        elif request.method == "POST" and act == "remove":
            building.remove_question(row, actor=request.user)
            messages.success(request, f"已删除“{row}”。")
        return HttpResponseRedirect(self.page_url(survey) + "#questions")

    def preview_view(self, request, pk):
        survey = self.row(request, pk)
        return self.show(request, survey, "preview", title=f"预览：{survey}", form=SheetForm(survey=survey))

    # --- Paper --------------------------------------------------------------------------------------------------------
    def paper_view(self, request, pk):
        survey = self.row(request, pk)
        rows = survey.questions.prefetch_related("choices")
        return self.show(request, survey, "paper", title=str(survey), questions=rows, groups=survey.groups.all())

    def poster_view(self, request, pk):
        survey = self.row(request, pk)
        if survey.status == Status.DRAFTED:
            raise Http404
        code = qr(reverse("surveys:survey", args=[survey.code]))
        return self.show(request, survey, "poster", title=str(survey), code=code)

    def act_view(self, request, pk, verb):
        """Codes are shown in the answer itself: they are nowhere to be read again."""
        if verb != IssueTickets.verb or request.method != "POST":
            return super().act_view(request, pk, verb)
        survey = self.row(request, pk)
        if not self.has_change_permission(request, survey):
            raise PermissionDenied
        form = IssueTickets(request.POST, subject=survey, user=request.user)
        codes = form.run() if form.is_valid() else None
        if codes is None:
            return self.page(request, survey, bound=form)
        page = reverse("surveys:survey", args=[survey.code])
        slips = [(f"{code[:4]} {code[4:]}", qr(f"{page}?c={code}")) for code in codes]
        group = form.cleaned_data.get("group")
        return self.show(request, survey, "slips", title=str(survey), slips=slips, group=group)

    def counts_view(self, request, pk):
        survey = self.changeable(request, pk, Status.OPEN, Status.CLOSED)
        groups = list(survey.groups.all())
        asked = number(request.GET.get("group"))
        group = next((row for row in groups if row.pk == asked), groups[0] if groups else None)
        form = PaperForm(request.POST or None, survey=survey, group=group, initial=told_before(survey, group))
        if request.method == "POST" and form.is_valid():
            told = {name: form.cleaned_data[name] for name in ("returned", "void", "issued")}
            try:
                enter_paper_counts(survey, **told, group=group, tallies=form.tallies(), actor=request.user)
            except ValidationError as error:
                form.refuse(error)
            else:
                messages.success(request, f"纸质问卷的数已保存{f'：{group}' if group else ''}。")
                return HttpResponseRedirect(self.page_url(survey))
        status = 422 if form.errors else 200
        return self.show(
            request, survey, "counts", title="录入纸质问卷", form=form, groups=groups, group=group, status=status
        )

    # --- Sheets and the result ----------------------------------------------------------------------------------------
    def sheets_view(self, request, pk, form=None, sheet=None):
        """Once nobody fills in any more: before, whoever watches each come in knows whose it is."""
        survey = self.row(request, pk)
        if survey.status not in (Status.CLOSED, Status.PUBLISHED):
            raise Http404
        rows = survey.sheets.prefetch_related("answers__question", "answers__choice")
        page = Paginator(rows, SHEETS).get_page(request.GET.get("page"))
        for row in page:
            row.form = form if sheet == row.pk else VoidForm(auto_id=f"void_{row.pk}_%s")
            row.lines = lines_of(row)
        may_void = survey.status == Status.CLOSED and self.has_change_permission(request, survey)
        status = 422 if form else 200
        return self.show(request, survey, "sheets", title="答卷", page_obj=page, may_void=may_void, status=status)

    def void_view(self, request, pk, sheet):
        survey = self.changeable(request, pk, Status.CLOSED)
        row = get_object_or_404(survey.sheets, pk=sheet)
        form = VoidForm(request.POST, auto_id=f"void_{row.pk}_%s")
        if request.method == "POST" and not form.is_valid():
            return self.sheets_view(request, pk, form, row.pk)
        if request.method == "POST" and not row.is_void:
            void_sheet(row, reason=form.cleaned_data["reason"], actor=request.user)
            messages.success(request, f"{row}已作无效。")
        query = request.GET.urlencode()
        return HttpResponseRedirect(reverse("admin:deliberations_survey_sheets", args=[pk]) + f"?{query}")

    def result_view(self, request, pk):
        survey = self.counted_row(request, pk)
        return self.show(request, survey, "result", title=f"评议结果：{survey}", **result_of(survey))

    def export_view(self, request, pk):
        survey = self.counted_row(request, pk)
        response = HttpResponse(result_book(survey, result_of(survey)), content_type=XLSX)
        response["Content-Disposition"] = content_disposition_header(True, f"评议结果-{survey}.xlsx")
        return response

    def counted_row(self, request, pk):
        survey = self.row(request, pk)
        if survey.status not in (Status.CLOSED, Status.PUBLISHED):
            raise Http404
        return survey


def lines_of(sheet):
    """[(question, what was answered)], several ticks of one question together."""
    found = {}
    for answer in sheet.answers.all():
        words = answer.choice.text if answer.choice else answer.text or f"{answer.points} 分"
        found.setdefault(answer.question, []).append(words)
    rows = sorted(found.items(), key=lambda row: (row[0].order, row[0].pk))
    return [(question, "、".join(words)) for question, words in rows]


def told_before(survey, group):
    """What was entered of these papers, for the form."""
    initial = {"issued": survey.issued_count}
    paper = survey.paper_counts.filter(group=group).prefetch_related("tallies").first()
    if paper is None:
        return initial
    for tally in paper.tallies.all():
        name = f"question_{tally.question_id}"
        if tally.choice_id is None:
            initial |= {f"{name}_count": tally.count, f"{name}_sum": tally.points_sum}
        else:
            initial[f"{name}_{tally.choice_id}"] = tally.count
    return {**initial, "returned": paper.returned_count, "void": paper.void_count}
