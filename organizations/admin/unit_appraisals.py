"""双向评价 of the member units: the list, and the page of one with the evidence behind every point."""

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from organizations.forms.unit_appraisals import APPRAISAL_ACTS
from organizations.league_resources import UnitAppraisalResource
from organizations.models import UnitAppraisal
from organizations.services.community_ratings import due_on, ratings_in
from organizations.services.unit_appraisals import points_of

GRADES = {"excellent": "ok", "good": "ok", "fair": "warn", "failed": "bad", "": "plain"}


def page_of(evidence):
    """The workplace's page of the row that a piece of evidence stands for; "" where it has none."""
    kind = evidence.content_type
    try:
        return reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[evidence.object_id]) if kind else ""
    except NoReverseMatch:
        return ""


@admin.register(UnitAppraisal)
class UnitAppraisalAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = APPRAISAL_ACTS
    page_template = "admin/organizations/unitappraisal/page.html"
    page_related = ("league__organization", "unit__liaison")
    resource_classes = [UnitAppraisalResource]
    list_display = ["unit", "year", "total_told", "rank", "league", "community_rating", "rating_words_told"]
    list_select_related = ["league", "unit"]
    list_filter = ["year", "grade", ("league", ScopedRelatedFilter)]
    list_per_page = 50
    search_fields = ["unit__name", "league__name"]
    search_help_text = "单位、大党委"

    @admin.display(description="总分", ordering="total")
    def total_told(self, row):
        return "—" if row.total is None else row.total

    @admin.display(description="等次", ordering="grade")
    def rank(self, row):
        return badge(GRADES[row.grade], row.get_grade_display() or "社区还没有评")

    @admin.display(description="单位对社区的评分", ordering="rating")
    def community_rating(self, row):
        return "—" if row.rating_told is None else f"{row.rating_told:g} 分"

    @admin.display(description="单位的话")
    def rating_words_told(self, row):
        return "—" if row.rating_told is None else row.rating_words

    def get_export_queryset(self, request):
        return super().get_export_queryset(request).prefetch_related("evidence")

    def has_add_permission(self, request):
        return False  # on the page of the league

    def context_of(self, row):
        items = points_of(row) if row.total is not None else []
        for item in items:
            item["listed"] = [{"words": each.words, "url": page_of(each)} for each in item["listed"]]
        return {
            "appraisal": row,
            "tone": GRADES[row.grade],
            "items": items,
            "ratings": ratings_in(row) if row.confirmed_on else [],
            "due_on": due_on(row.year),
        }
