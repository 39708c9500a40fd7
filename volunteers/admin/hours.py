"""时长台账: read, mended by reversal, taken out for the civil-affairs system."""

from io import BytesIO

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.http import content_disposition_header
from unfold.admin import ModelAdmin

from accounts.fields import show_refusal
from govern.act_pages import ActPagesMixin, badge
from govern.exports import ExportAdminMixin
from govern.paging import CappedPaginator
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.spreadsheets import CONTENT_TYPE, write_sheet
from govern.views import client_address
from volunteers.admin.settling import SettlingMixin
from volunteers.forms.hours import ENTRY_ACTS, CivilExportForm
from volunteers.models import Certificate, HourEntry, Session, Signup
from volunteers.resources.ledgers import HourResource
from volunteers.services import records
from volunteers.services.hours import RIGHT


class StateFilter(admin.SimpleListFilter):
    title = "状态"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("counting", "已计入"), ("published", "公示中"), ("reversed", "已冲销"), ("reversal", "冲销")]

    def queryset(self, request, queryset):
        match self.value():
            case "counting":
                return queryset.standing().counting()
            case "published":
                return queryset.standing().filter(counts_on__gt=timezone.localdate())
            case "reversed":
                return queryset.filter(is_reversed=True)
            case "reversal":
                return queryset.filter(reverses__isnull=False)
        return queryset


def state_of(entry, today):
    """(tone, word)."""
    if entry.reverses_id:
        return "plain", "冲销"
    if entry.is_reversed:
        return "plain", "已冲销"
    return ("ok", "已计入") if entry.counts_on <= today else ("warn", f"公示中，{entry.counts_on:%m-%d} 起计入")


@admin.register(HourEntry)
class HourEntryAdmin(SettlingMixin, ActPagesMixin, ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    acts = ENTRY_ACTS
    page_template = "admin/volunteers/hourentry/page.html"
    page_related = ("volunteer", "community", "entered_by", "signup__session", "holding__position")
    import_export_change_list_template = "admin/volunteers/hourentry/change_list.html"
    resource_classes = [HourResource]
    list_display = ["served_on", "person", "ledger", "hours_shown", "words", "community", "state", "entered_by"]
    list_select_related = ["volunteer", "community", "entered_by"]
    list_filter = [StateFilter, "ledger", ("community", ScopedRelatedFilter)]
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    search_fields = ["volunteer__code__exact"]
    search_help_text = "志愿者编号"
    actions = None

    def get_queryset(self, request):
        return super().get_queryset(request).with_state()

    @admin.display(description="志愿者")
    def person(self, entry):
        return f"{entry.volunteer} {entry.volunteer.code}"

    @admin.display(description="小时", ordering="minutes")
    def hours_shown(self, entry):
        return entry.hours

    @admin.display(description="状态")
    def state(self, entry):
        return badge(*state_of(entry, timezone.localdate()))

    def has_add_permission(self, request):
        return False  # written by confirming a session or a post

    def has_change_permission(self, request, obj=None):
        """Whoever may enter hours may reverse them: an entry itself is never changed."""
        if obj is None:
            return request.user.has_perm(RIGHT)
        return HourEntry.objects.allowed(request.user, RIGHT).filter(pk=obj.pk).exists()

    def changelist_view(self, request, extra_context=None):
        can_settle = request.user.has_perm(RIGHT)
        extra = {"can_settle": can_settle}
        if can_settle:
            mine = Session.objects.allowed(request.user, RIGHT)
            extra["queue_count"] = mine.filter(status=Session.Status.HELD).count()
            extra["make_ups_count"] = Signup.objects.to_approve().filter(session__in=mine).count()
        return super().changelist_view(request, {**extra, **(extra_context or {})})

    def context_of(self, entry):
        """With the valid certificates that speak of it: what was reversed makes them untrue."""
        papers = Certificate.objects.valid().filter(volunteer=entry.volunteer, community=entry.community)
        return {
            "entry": entry,
            "state": state_of(entry, timezone.localdate()),
            "points": getattr(entry, "point_entry", None),
            "papers": papers.filter(starts_on__lte=entry.served_on, ends_on__gte=entry.served_on),
            "others": [
                (word, row)
                for word, row in (
                    ("冲销的是", entry.reverses),
                    ("冲销记录", getattr(entry, "reversal", None)),
                    ("更正后", getattr(entry, "replacement", None)),
                    ("更正的是", entry.replaces),
                )
                if row
            ],
        }

    # --- To the civil-affairs system ----------------------------------------------------------------------------------
    def get_urls(self):
        view = self.admin_site.admin_view(self.civil_view)
        return [path("civil/", view, name="volunteers_hourentry_civil"), *super().get_urls()]

    def civil_view(self, request):
        if not (request.user.has_perm(RIGHT) and request.user.has_perm("accounts.reveal_personal")):
            raise PermissionDenied
        today = timezone.localdate()
        initial = {"starts_on": today.replace(month=1, day=1), "ends_on": today}
        form = CivilExportForm(request.POST or None, user=request.user, initial=initial)
        if request.method == "POST" and form.is_valid():
            try:
                rows = records.export_rows(**form.cleaned_data, actor=request.user, remote_addr=client_address(request))
            except ValidationError as error:
                show_refusal(form, error)
            else:
                return sheet(rows, f"志愿服务记录-{today:%Y%m%d}.xlsx")
        return self.shown(request, "civil", "导出到民政系统", status=422 if form.is_bound else 200, form=form)


def sheet(rows, name):
    stream = BytesIO()
    write_sheet(stream, "志愿服务记录", list(records.COLUMNS), rows, list(records.COLUMNS.values()))
    response = HttpResponse(stream.getvalue(), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response
