"""双向评价 on a unit's desk: what we give the community this year, and what it gave us, with the rows behind it."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import TemplateView

from organizations.forms.unit_appraisals import RateAtDesk
from organizations.services.community_ratings import due_on, full_points, ratings_in, ratings_of
from organizations.services.unit_appraisals import points_of

PAGES = {"activity": "desk:activity_detail", "dispatch": "desk:dispatch_detail", "project": "desk:project_detail"}
PUBLIC_PAGES = {"survey": "surveys:result"}  # found by the row's code


def state_of(appraisal, due, today):
    """(tone, words) of our side, which is due on the date `due`."""
    if appraisal.confirmed_on is not None:
        return "ok", "已确认"
    if today > due:
        return "plain", "已截止"
    return ("info", "填了还没确认") if appraisal.rating is not None else ("warn", "还没填")


class RatingListView(LoginRequiredMixin, TemplateView):
    template_name = "desk/rating_list.html"

    def get_context_data(self, **kwargs):
        today, rows = timezone.localdate(), ratings_of(self.request.user)
        due = {year: due_on(year) for year in {row.year for row in rows}}
        cards = [
            {"appraisal": row, "state": state_of(row, due[row.year], today), "due_on": due[row.year]} for row in rows
        ]
        return super().get_context_data(cards=cards, **kwargs)


class RatingView(LoginRequiredMixin, View):
    """A year of one of my units with its 大党委. Saved as often as wanted, confirmed once."""

    @cached_property
    def appraisal(self):
        wanted = tuple(self.kwargs[name] for name in ("league", "unit", "year"))
        for row in ratings_of(self.request.user):
            if (row.league_id, row.unit_id, row.year) == wanted:
                return row
        raise Http404

    @property
    def is_open(self):
        row = self.appraisal
        return row.confirmed_on is None and row.league.ended_on is None and timezone.localdate() <= due_on(row.year)

    def get(self, request, **kwargs):
        return self.page(RateAtDesk(subject=self.appraisal, user=request.user) if self.is_open else None)

    def post(self, request, **kwargs):
        if not self.is_open:
            messages.warning(request, "这一年的评价已经确认或截止，不能再改。")
            return redirect(request.path)
        form = RateAtDesk(request.POST, subject=self.appraisal, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.page(form)
        messages.success(request, "已确认，社区能看到了。" if form.is_final else "已保存，确认以后社区才看得到。")
        return redirect(request.path)

    def page(self, form):
        row = self.appraisal
        items, due = points_of(row) if row.total is not None else [], due_on(row.year)
        for item in items:
            item["listed"] = [self.linked(each) for each in item["listed"]]
        context = {
            "appraisal": row,
            "state": state_of(row, due, timezone.localdate()),
            "due_on": due,
            "full": sum(full_points(row.year).values()),
            "form": form,
            "items": items,
            "ratings": ratings_in(row) if row.rating is not None else [],
        }
        return render(self.request, "desk/rating_detail.html", context, status=422 if form and form.errors else 200)

    @staticmethod
    def linked(evidence):
        kind = evidence.content_type.model if evidence.content_type else None
        if kind in PUBLIC_PAGES and evidence.subject:
            return {"words": evidence.words, "url": reverse(PUBLIC_PAGES[kind], args=[evidence.subject.code])}
        page = PAGES.get(kind)
        return {"words": evidence.words, "url": reverse(page, args=[evidence.object_id]) if page else ""}
