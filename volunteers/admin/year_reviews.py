"""年度鉴定: the year's list with its grades, one member's page, many graded or sent at once, and the sheet on paper."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from volunteers.forms.year_reviews import REVIEW_ACTS, DraftForm, GradingForm
from volunteers.models import YearReview
from volunteers.services import year_reviews
from volunteers.words import hours
from volunteers.year_papers import GRADE_TONES, lines_of, names_for, shares_of, summary_paper
from volunteers.year_resources import YearReviewResource
from volunteers.year_story import tiles_of, timeline_of

TONES = {"drafted": "warn", "graded": "info", "sent": "info", "receipted": "ok"}
MOST = 300  # graded in one page


@admin.register(YearReview)
class YearReviewAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = REVIEW_ACTS
    page_template = "admin/volunteers/yearreview/page.html"
    page_related = ("report__volunteer", "report__community", "unit__liaison", "graded_by", "receipted_by")
    import_export_change_list_template = "admin/volunteers/yearreview/change_list.html"
    list_before_template = "admin/volunteers/yearreview/_tiles.html"
    resource_classes = [YearReviewResource]
    list_display = ["person", "year", "unit", "community", "duty", "times", "voluntary", "rank", "state"]
    list_select_related = ["report__volunteer", "report__community", "unit"]
    list_filter = [
        "year",
        "status",
        "grade",
        ("report__community", ScopedRelatedFilter),
        ("unit", ScopedRelatedFilter),
    ]
    list_per_page = 50
    search_fields = ["report__volunteer__code", "report__code", "unit__name"]
    search_help_text = "志愿者编号、报到编号、单位"
    actions = ["grade_selected", "send_selected"]

    # --- The list -----------------------------------------------------------------------------------------------------
    @admin.display(description="姓名")
    def person(self, review):
        return review.report.volunteer.masked_name

    @admin.display(description="报到社区")
    def community(self, review):
        return review.report.community

    @admin.display(description="报到服务", ordering="duty_minutes")
    def duty(self, review):
        return f"{hours(review.duty_minutes)} 小时"

    @admin.display(description="次数", ordering="sessions_count")
    def times(self, review):
        return review.sessions_count

    @admin.display(description="志愿服务", ordering="voluntary_minutes")
    def voluntary(self, review):
        return f"{hours(review.voluntary_minutes)} 小时"

    @admin.display(description="等次", ordering="grade")
    def rank(self, review):
        return badge(GRADE_TONES[review.grade], review.get_grade_display() or "—")

    @admin.display(description="状态", ordering="status")
    def state(self, review):
        return badge(TONES[review.status], review.get_status_display())

    def changelist_view(self, request, extra_context=None):
        more = {"tiles": tiles_of(self.get_queryset(request), request), "can_draft": self.can_draft(request)}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def has_add_permission(self, request):
        return False  # drafted for a whole community

    def can_draft(self, request):
        return request.user.has_perm("volunteers.add_yearreview")

    # --- Several at once ----------------------------------------------------------------------------------------------
    @admin.action(description="鉴定所选", permissions=["change"])
    def grade_selected(self, request, queryset):
        rows = queryset.filter(status=YearReview.Status.DRAFTED).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[: MOST + 1])
        if not keys or len(keys) > MOST:
            words = (
                f"一次最多鉴定 {MOST} 份，请用筛选分几批。"
                if keys
                else "所选的都鉴定过了。要改的，到各份页面退回重评。"
            )
            self.message_user(request, words, messages.WARNING)
            return None
        return HttpResponseRedirect(f"{reverse('admin:volunteers_yearreview_grade')}?ids={'-'.join(map(str, keys))}")

    @admin.action(description="把所选鉴定反馈单位", permissions=["change"])
    def send_selected(self, request, queryset):
        try:
            sent = year_reviews.send_reviews(list(queryset.values_list("pk", flat=True)), actor=request.user)
        except (ValidationError, PermissionDenied) as error:
            words = "".join(error.messages) if isinstance(error, ValidationError) else str(error)
            self.message_user(request, words, messages.WARNING)
            return
        if sent.count:
            words = f"已把 {sent.count} 份鉴定反馈给 {sent.units_count} 家单位，联络员收到了消息。"
            self.message_user(request, words, messages.SUCCESS)
        if sent.without_unit:
            words = f"{len(sent.without_unit)} 份没有登记单位，没有反馈，请打印鉴定表交给本人。"
            self.message_user(request, words, messages.WARNING)
        elif not sent.count:
            self.message_user(request, "所选的都反馈过了，没有再改动。", messages.INFO)

    # --- The pages ----------------------------------------------------------------------------------------------------
    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view), name=f"volunteers_yearreview_{name}")

        return [
            route("draft/", self.draft_view, "draft"),
            route("grade/", self.grade_view, "grade"),
            route("<int:pk>/print/", self.print_view, "print"),
            route("<int:pk>/unit/print/", self.summary_view, "summary"),
            *super().get_urls(),
        ]

    def answer(self, request, name, title, form, **more):
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "form": form, **more}
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, f"admin/volunteers/yearreview/{name}.html", context, status=status)

    def draft_view(self, request):
        """起草 for everybody who reported to a community."""
        if not self.can_draft(request):
            raise PermissionDenied
        form = DraftForm(request.POST or None, user=request.user)
        count = form.run() if form.is_bound and form.is_valid() else None
        if count is None:
            return self.answer(request, "draft", "起草年度鉴定", form)
        community, year = form.cleaned_data["community"], form.cleaned_data["year"]
        words = f"起草了 {count} 份" if count else "没有要新起草的，没鉴定的按现在的时长更新了"
        messages.success(request, f"{community}{year}年度鉴定：{words}。")
        query = urlencode({"year": year, "report__community__id__exact": community.pk})
        return HttpResponseRedirect(f"{reverse('admin:volunteers_yearreview_changelist')}?{query}")

    def grade_view(self, request):
        """Many graded with a preview: what each becomes, and how many of all would be 优秀."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        asked = request.POST.getlist("reviews") or request.GET.get("ids", "").split("-")
        keys = [key for key in map(number, asked[:MOST]) if key is not None]
        rows = YearReview.objects.editable_by(request.user).filter(pk__in=keys, status=YearReview.Status.DRAFTED)
        reviews = list(rows.with_people().order_by("report__community", "unit", "pk"))
        page = reverse("admin:volunteers_yearreview_changelist")
        if not reviews:
            messages.info(request, "这一批已经鉴定过，没有再改动。")
            return HttpResponseRedirect(page)
        form = GradingForm(request.POST or None, lines=lines_of(reviews), user=request.user)
        is_good = form.is_bound and form.is_valid()
        if is_good and "confirm" in request.POST and form.run() is not None:
            messages.success(request, f"已鉴定 {len(reviews)} 份。核对后选中它们，反馈单位。")
            return HttpResponseRedirect(f"{page}?{urlencode({'year': reviews[0].year, 'status__exact': 'graded'})}")
        shares = shares_of(reviews, form.grades) if is_good else []
        counts = (
            [(label, list(form.grades.values()).count(grade)) for grade, label in YearReview.Grade.choices]
            if is_good
            else []
        )
        return self.answer(request, "grade", f"鉴定 {len(reviews)} 份", form, shares=shares, counts=counts)

    def context_of(self, review):
        (line,) = lines_of([review])
        return {"review": review, "line": line, "state_tone": TONES[review.status], "timeline": timeline_of(review)}

    def print_view(self, request, pk):
        review = self.row(request, pk)
        names_for(request, [review])
        (line,) = lines_of([review])
        context = {
            "review": review,
            "line": line,
            "back": reverse("admin:volunteers_yearreview_change", args=[pk]),
            "can_reveal": request.user.has_perm("accounts.reveal_personal"),
        }
        return TemplateResponse(request, "volunteers/year_review_print.html", context)

    def summary_view(self, request, pk):
        """汇总表 of the unit and year of one sheet: what this reader's communities have graded."""
        review = self.row(request, pk)
        rows = self.get_queryset(request).filter(unit=review.unit_id, year=review.year).with_people()
        rows = rows.exclude(status=YearReview.Status.DRAFTED).select_related("receipted_by")
        reviews = list(rows.order_by("report__community", "pk"))
        if review.unit is None or not reviews:
            raise Http404
        back = reverse("admin:volunteers_yearreview_change", args=[pk])
        context = summary_paper(request, review.unit, review.year, reviews, back=back)
        return TemplateResponse(request, "volunteers/year_summary_print.html", context)
