"""A report in its person's hands: followed by its code, corrected, printed; and as /me/ shows it."""

import re

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.generic import FormView, TemplateView

from accounts.fields import plain
from organizations.limits import is_over
from volunteers import report_story
from volunteers.forms.report_following import MoveForm, SubmitForm, TrackForm
from volunteers.forms.reports import CorrectionForm
from volunteers.models import Report
from volunteers.views.signing import VolunteerRequiredMixin, volunteer_of

KEPT = 12
TOO_MANY_LOOKUPS = "填错的次数太多，请过一小时再查。着急的话，请打社区电话。"
NOT_FOUND = "没有查到。请核对报到编号和手机号最后四位，两样都要对。"


def open_report(request, report):
    """From now on this session may see `report`."""
    codes = [code for code in request.session.get("reports", []) if code != report.code]
    request.session["reports"] = [*codes, report.code][-KEPT:]


def plain_code(value):
    """A report's code as it was issued: case, spaces and hyphens forgiven."""
    return re.sub(r"[\W_]", "", plain(value)).upper()


class ReportTrackView(FormView):
    """The way back to a report: its code and the last four digits of the phone."""

    form_class = TrackForm
    template_name = "volunteers/report_track.html"

    def get_initial(self):
        return {"code": self.request.GET.get("code", "")[:12]}

    def form_valid(self, form):
        if is_over(self.request, "failed lookups", "public_lookups_per_hour", increment=False):
            return self.refuse(form, TOO_MANY_LOOKUPS, 429)
        report = form.find()
        if report is None:
            if is_over(self.request, "failed lookups", "public_lookups_per_hour"):
                return self.refuse(form, TOO_MANY_LOOKUPS, 429)
            return self.refuse(form, NOT_FOUND, 422)
        open_report(self.request, report)
        return redirect("volunteers:report_detail", report.code)

    def refuse(self, form, words, status):
        form.add_error(None, words)
        return self.form_invalid(form, status)

    def form_invalid(self, form, status=422):
        return self.render_to_response(self.get_context_data(form=form), status=status)


class OwnReportMixin:
    """Pages of one report: for the session that made or found it, and for the person's own account."""

    def dispatch(self, request, *args, code, **kwargs):
        self.code = plain_code(code)
        self.volunteer = volunteer_of(request)
        rows = Report.objects.select_related("community", "volunteer__unit", "volunteer__user")
        found = rows.filter(code=self.code).first()
        is_own = found is not None and self.volunteer is not None and found.volunteer_id == self.volunteer.pk
        if not is_own and self.code not in request.session.get("reports", []):
            return redirect(f"{reverse('volunteers:report_track')}?{urlencode({'code': self.code[:8]})}")
        self.report = found or get_object_or_404(rows, code=self.code)
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response

    @property
    def actor(self):
        """Who acts: the account that is signed in, or nobody but whoever knows the code and the phone."""
        return self.volunteer.user if self.volunteer and self.volunteer.pk == self.report.volunteer_id else None

    def get_context_data(self, **kwargs):
        return super().get_context_data(report=self.report, **kwargs)


class ReportDetailView(OwnReportMixin, TemplateView):
    template_name = "volunteers/report_detail.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**story_of(self.report), **kwargs)


def story_of(report):
    follow = settings.PUBLIC_URL + reverse("volunteers:report_track", query={"code": report.code})
    holdings = report.volunteer.holdings.open().filter(position__community=report.community)
    return {
        "progress": report_story.progress(report),
        "person": report.volunteer,
        "holdings": list(holdings.select_related("position")),
        "qr": segno.make(follow, error="m").svg_data_uri(scale=4, border=2),
        "can_correct": report.status == Report.Status.RETURNED,
    }


class ReportSlipView(OwnReportMixin, TemplateView):
    """报到单 on paper, as the person may print it: masked, for a code and four digits are no signature."""

    template_name = "volunteers/report_slip.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**story_of(self.report), **kwargs)


class ReportCorrectView(OwnReportMixin, FormView):
    form_class = CorrectionForm
    template_name = "volunteers/report_correct.html"

    def dispatch(self, request, *args, **kwargs):
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "report": self.report}

    def get(self, request, *args, **kwargs):
        if self.report.status != Report.Status.RETURNED:
            return self.leave()
        return super().get(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.report.status != Report.Status.RETURNED:
            return self.leave()
        return super().post(request, *args, **kwargs)

    def leave(self):
        messages.info(self.request, "现在不用补正，请看最新进度。")
        return redirect("volunteers:report_detail", self.report.code)

    def form_valid(self, form):
        if form.submit(self.actor) is None:
            return self.form_invalid(form)
        messages.success(self.request, "已经发出，社区会再看一次。")
        return redirect("volunteers:report_detail", self.report.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**story_of(self.report), **kwargs)


class MyReportView(VolunteerRequiredMixin, FormView):
    """The report of whoever is signed in; none open: 报到; one open: 转到另一个社区."""

    template_name = "volunteers/report_mine.html"

    def dispatch(self, request, *args, **kwargs):
        volunteer = volunteer_of(request)
        rows = volunteer.reports.select_related("community", "volunteer__user") if volunteer else Report.objects.none()
        self.reports = list(rows)
        self.report = next((row for row in self.reports if row.is_open), None)
        return super().dispatch(request, *args, **kwargs)

    def get_form_class(self):
        return MoveForm if self.report else SubmitForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "volunteer": self.volunteer, "report": self.report}

    def form_valid(self, form):
        try:
            form.run(self.request.user)
        except ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
            form.add_error(None, error if named else ValidationError(error.messages))
            return self.form_invalid(form)
        messages.success(self.request, form.done)
        return redirect("me:report")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        story = story_of(self.report) if self.report else {}
        past = [row for row in self.reports if not row.is_open]
        return super().get_context_data(report=self.report, past=past, **story, **kwargs)
