"""报名和服务: everybody's sign-ups, to look one up and to export; what is done to one is done by its acts."""

from django.contrib import admin
from django.utils import timezone
from unfold.admin import ModelAdmin

from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin
from volunteers.forms.signup_acts import SIGNUP_ACTS
from volunteers.models import Signup
from volunteers.resources.signups import SignupResource
from volunteers.session_story import SIGNUP_TONES


@admin.register(Signup)
class SignupAdmin(ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = SIGNUP_ACTS
    page_template = "admin/volunteers/session/signup.html"
    page_related = ("session__community", "session__leader", "volunteer__community", "made_up_by", "approved_by")
    resource_classes = [SignupResource]
    list_display = ["volunteer", "code", "state", "session", "community", "signed_at", "stay", "credited_minutes"]
    list_select_related = ["volunteer", "session__community"]
    list_filter = ["status", "is_short_notice", "is_made_up", "arrived_by"]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    ordering = ["-signed_at", "-pk"]
    search_fields = ["=volunteer__code", "=session__code", "session__title"]
    search_help_text = "志愿者编号、场次编号、活动名称"
    actions = None

    def has_add_permission(self, request):
        return False  # on the session's page

    @admin.display(description="编号")
    def code(self, signup):
        return signup.volunteer.code

    @admin.display(description="状态", ordering="status")
    def state(self, signup):
        return badge(SIGNUP_TONES[signup.status], signup.get_status_display())

    @admin.display(description="社区")
    def community(self, signup):
        return signup.session.community

    @admin.display(description="签到至签退")
    def stay(self, signup):
        times = [f"{timezone.localtime(at):%H:%M}" for at in (signup.arrived_at, signup.left_at) if at]
        return " 至 ".join(times) or "—"

    def context_of(self, signup):
        return {"signup": signup, "tone": SIGNUP_TONES[signup.status]}
