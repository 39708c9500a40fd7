"""An enrolment as whoever made it sees it: found by its code and the phone's digits, given back, rated afterwards."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views import View
from django.views.generic import FormView, TemplateView

from checklists.forms.enrolments import DigitsForm, RateForm
from checklists.forms.following import plain_code
from checklists.models import Activity, Enrolment
from checklists.services import enrolments
from organizations.limits import is_over

OPENED = "enrolments"
MOST = 30
S = Activity.Status


def open_enrolment(request, enrolment):
    """From now on this session may see `enrolment`."""
    codes = [code for code in request.session.get(OPENED, []) if code != enrolment.code]
    request.session[OPENED] = [*codes, enrolment.code][-MOST:]


def headline(enrolment, now):
    """(title, lead): what is so, and what comes next."""
    activity = enrolment.activity
    start = timezone.localtime(activity.starts_at)
    when = f"{start.month}月{start.day}日 {start:%H:%M}"
    if enrolment.cancelled_at:
        return "报名已取消", "您的名额让给了别人。想再来，可以重新报名。"
    if activity.status == S.CANCELLED:
        return "活动取消了", f"取消的原因：{activity.cancel_reason}"
    if activity.status in (S.HELD, S.CONCLUDED):
        if enrolment.rated_at:
            return "谢谢您的评价", f"您的评价：{enrolment.get_satisfaction_display()}。"
        if enrolment.has_attended is False:
            return "活动已办完", "社区记录您没有到场。记错了请打社区电话。"
        return "活动办完了，请您评价", "办得好不好，您说了算。"
    if activity.starts_at <= now:
        return "活动时间到了", "办完以后，可以在这里评价。"
    return "已报上名", f"{when} 在{activity.place}，请准时到。来不了请提前取消，把名额让给别人。"


class OwnEnrolmentMixin:
    """For the session that enrolled; anybody else is asked for the last four digits of the phone."""

    def dispatch(self, request, *args, code, **kwargs):
        code = plain_code(code)
        rows = Enrolment.objects.select_related("activity__community", "activity__unit")
        if code in request.session.get(OPENED, []):
            self.enrolment = get_object_or_404(rows, code=code)
            response = super().dispatch(request, *args, code=code, **kwargs)
        else:
            response = self.ask_who(request, rows.filter(code=code).first(), code)
        response["Cache-Control"] = "private, no-store"
        return response

    def ask_who(self, request, enrolment, code):
        """Which of the two was wrong is not told."""
        form = DigitsForm(request.POST if "digits" in request.POST else None)
        status = 200
        if form.is_bound:
            status = 422
            if is_over(request, "failed lookups", "public_lookups_per_hour", increment=False):
                form.add_error(None, "填错的次数太多，请过一小时再查。着急的话，请打社区电话。")
                status = 429
            elif form.is_valid():
                if enrolment and form.fits(enrolment):
                    open_enrolment(request, enrolment)
                    return redirect("checklists:enrolment_detail", code)
                is_over(request, "failed lookups", "public_lookups_per_hour")
                form.add_error(None, "没有查到。请核对报名编号和手机号最后四位，两样都要对。")
        return render(request, "checklists/enrolment_follow.html", {"form": form, "code": code[:8]}, status=status)

    def get_context_data(self, **kwargs):
        enrolment, now = self.enrolment, timezone.now()
        title, lead = headline(enrolment, now)
        can_cancel = enrolment.cancelled_at is None and enrolment.activity.status in (S.PLANNED, S.ANNOUNCED)
        return super().get_context_data(
            enrolment=enrolment,
            activity=enrolment.activity,
            title=title,
            lead=lead,
            can_cancel=can_cancel and enrolment.activity.starts_at > now,
            can_rate=enrolments.can_rate(enrolment),
            **kwargs,
        )


class EnrolmentDetailView(OwnEnrolmentMixin, TemplateView):
    template_name = "checklists/enrolment_detail.html"


class EnrolmentCancelView(OwnEnrolmentMixin, View):
    def get(self, request, code):
        return redirect("checklists:enrolment_detail", code)

    def post(self, request, code):
        try:
            enrolments.cancel_enrolment(self.enrolment)
            messages.success(request, "已取消报名，名额让给了别人。")
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return redirect("checklists:enrolment_detail", code)


class EnrolmentRateView(OwnEnrolmentMixin, FormView):
    form_class = RateForm
    template_name = "checklists/enrolment_rate.html"

    def get(self, request, *args, code, **kwargs):
        if not enrolments.can_rate(self.enrolment):
            return redirect("checklists:enrolment_detail", code)
        return super().get(request, *args, code=code, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "enrolment": self.enrolment}

    def form_valid(self, form):
        if form.run() is None:
            return self.form_invalid(form)
        messages.success(self.request, "谢谢您的评价，社区会看到。")
        return redirect("checklists:enrolment_detail", self.enrolment.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)
