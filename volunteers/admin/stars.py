"""星级认定: published and awarded by the sweep, taken back here."""

from django.contrib import admin
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from volunteers.forms.records import STAR_ACTS
from volunteers.models import Star
from volunteers.resources.ledgers import StarResource
from volunteers.services.hours import totals_of
from volunteers.words import hours

TONES = {Star.Status.PUBLISHED: "warn", Star.Status.AWARDED: "gold", Star.Status.WITHDRAWN: "plain"}


@admin.register(Star)
class StarAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = STAR_ACTS
    page_template = "admin/volunteers/star/page.html"
    page_related = ("volunteer__community", "withdrawn_by")
    resource_classes = [StarResource]
    list_display = ["person", "level_word", "state", "hours_shown", "community", "published_on", "published_until"]
    list_select_related = ["volunteer__community"]
    list_filter = ["status", "level", ("volunteer__community", ScopedRelatedFilter)]
    list_per_page = 50
    date_hierarchy = "published_on"
    search_fields = ["volunteer__code__exact"]
    search_help_text = "志愿者编号"
    actions = None

    @admin.display(description="志愿者")
    def person(self, star):
        return f"{star.volunteer} {star.volunteer.code}"

    @admin.display(description="星级", ordering="level")
    def level_word(self, star):
        return star.word

    @admin.display(description="状态", ordering="status")
    def state(self, star):
        return badge(TONES[star.status], star.get_status_display())

    @admin.display(description="达到小时", ordering="minutes")
    def hours_shown(self, star):
        return star.hours

    @admin.display(description="社区", ordering="volunteer__community")
    def community(self, star):
        return star.volunteer.community

    def has_add_permission(self, request):
        return False  # published by the sweep when the hours are reached

    def context_of(self, star):
        now = totals_of(star.volunteer).voluntary_minutes
        return {"star": star, "tone": TONES[star.status], "hours_now": hours(now)}
