"""议题 on a phone: raised with a proven phone, followed by its code; and on the desk of whoever walks a grid."""

import re

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import FormView, TemplateView

from accounts.fields import plain
from checklists.views import visits
from deliberations.forms.issues import IssueForm, StaffIssueForm
from deliberations.issue_words import TONES, progress
from deliberations.models import Issue
from deliberations.services.issues import ADD
from deliberations.views.proving import ProvingView
from govern.views import number
from grids.models import Community
from organizations.limits import is_over


def plain_code(value):
    """A code as it was issued: case, spaces and hyphens forgiven."""
    return re.sub(r"[\W_]", "", plain(value)).upper()[:8]


def asked_community(request):
    """The community of `?community=PK`, else the one that was scanned or chosen; None for none."""
    asked = request.GET.get("community")
    known, _ = visits.place(request)
    return known if asked is None else Community.objects.filter(pk=number(asked)).first()


class IssueCreateView(ProvingView):
    form_class = IssueForm
    template_name = "hearings/issue_create.html"
    group = "issues"

    def get_initial(self):
        return {"community": asked_community(self.request)}

    def submit(self, form):
        issue = form.submit()
        return issue.code if issue else None

    def arrive(self, code):
        messages.success(self.request, "已收到您提的议题。记下编号，随时能查进展。")
        return redirect("hearings:issue", code)


class IssueView(TemplateView):
    """By its code; what it says of whoever raised it is nothing."""

    template_name = "hearings/issue.html"

    def get_context_data(self, code, **kwargs):
        rows = Issue.objects.select_related("community", "quarter", "merged_into")
        issue = get_object_or_404(rows, code=plain_code(code))
        meetings = issue.hearings.public().order_by("starts_at")
        return super().get_context_data(
            issue=issue,
            tone=TONES[issue.status],
            steps=progress(issue),
            hearings=meetings,
            merged_count=issue.merged_issues.count(),
            is_public=Issue.objects.public().filter(pk=issue.pk).exists(),
            **kwargs,
        )


class IssueFollowView(TemplateView):
    """The way back by the code; wrong ones are counted."""

    template_name = "hearings/issue_follow.html"
    failure = ""

    def get(self, request, *args, **kwargs):
        code = plain_code(request.GET.get("code", ""))
        if not code:
            return super().get(request, *args, **kwargs)
        if is_over(request, "failed lookups", "public_lookups_per_hour", increment=False):
            return self.refuse("填错的次数太多，请过一小时再查。着急的话，请打社区电话。", 429)
        if Issue.objects.filter(code=code).exists():
            return redirect("hearings:issue", code)
        is_over(request, "failed lookups", "public_lookups_per_hour")
        return self.refuse("没有查到。请核对 8 位编号，短信里有。", 422)

    def refuse(self, words, status):
        return self.render_to_response(self.get_context_data(failure=words), status=status)


class IssueRaiseView(LoginRequiredMixin, FormView):
    """For grid workers and other staff, on the phone."""

    form_class = StaffIssueForm
    template_name = "hearings/issue_raise.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not request.user.has_perm(ADD):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def get_initial(self):
        return {"raised_by": Issue.RaisedBy.GRID}

    def form_valid(self, form):
        issue = form.submit()
        if issue is None:
            return self.form_invalid(form)
        messages.success(self.request, "已提交，社区筛选后会有答复。")
        return redirect("hearings:issue", issue.code)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)
