"""年度鉴定 on a unit's desk: the year's sheets, the 回执, and both on paper. Staff print the same papers (admin)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View

from volunteers.forms.unit_desk import ReceiptForm
from volunteers.models import YearReview
from volunteers.views.unit_desk import UnitDeskMixin
from volunteers.year_papers import lines_of, names_for, summary_of, summary_paper


class YearMixin(UnitDeskMixin):
    """What was sent to one of my units of one year."""

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.unit = self.unit_of(kwargs["pk"])
        rows = YearReview.objects.visible_to(request.user).filter(unit=self.unit, year=kwargs["year"])
        rows = rows.with_people().select_related("receipted_by").order_by("report__community", "pk")
        self.reviews = list(rows)
        if not self.reviews:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def context(self, **more):
        return {
            "unit": self.unit,
            "year": self.kwargs["year"],
            "lines": lines_of(self.reviews),
            "summary": summary_of(self.reviews),
            **more,
        }


class YearView(YearMixin, View):
    """The sheets of the year, and one 回执 for those that wait for it."""

    def form(self, *args):
        return ReceiptForm(*args, reviews=self.reviews, user=self.request.user)

    def get(self, request, **kwargs):
        return self.page(self.form())

    def post(self, request, **kwargs):
        form = self.form(request.POST)
        receipted = form.run() if form.is_valid() else None
        if receipted is None:
            return self.page(form, status=422)
        if receipted:
            messages.success(request, f"已回执 {len(receipted)} 份，社区能看到您的意见。")
        else:
            messages.info(request, "这些鉴定已经回执过，没有再改动。")
        return redirect(request.path)

    def page(self, form, status=200):
        is_waiting = any(row.status == YearReview.Status.SENT for row in self.reviews)
        context = self.context(form=form if is_waiting or form.errors else None)
        return render(self.request, "desk/reports/year.html", context, status=status)


class YearPrintView(YearMixin, View):
    """汇总表 of the unit, with its 回执; sent by POST with the full names, which is written down."""

    def get(self, request, **kwargs):
        back = reverse("reports:year", args=[self.unit.pk, kwargs["year"]])
        context = summary_paper(request, self.unit, kwargs["year"], self.reviews, back=back)
        return render(request, "volunteers/year_summary_print.html", context)

    post = get


class ReviewPrintView(UnitDeskMixin, View):
    """鉴定表 of one member."""

    def get(self, request, pk):
        rows = YearReview.objects.visible_to(request.user).filter(unit__in=self.units)
        review = get_object_or_404(rows.with_people().select_related("graded_by", "receipted_by"), pk=pk)
        names_for(request, [review])
        (line,) = lines_of([review])
        back = reverse("reports:year", args=[review.unit_id, review.year])
        can_reveal = request.user.has_perm("accounts.reveal_personal")
        context = {"review": review, "line": line, "back": back, "can_reveal": can_reveal}
        return render(request, "volunteers/year_review_print.html", context)

    post = get
