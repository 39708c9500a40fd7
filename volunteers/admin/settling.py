"""认定时长 and 补录 of the sessions that are over: pages that hang on the ledger's list."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse

from volunteers.forms.hours import MakeUpForm, RateForm, RefuseMakeUpForm, SettleForm
from volunteers.models import Session, Signup
from volunteers.services import make_ups
from volunteers.services.hours import RIGHT

PER_PAGE = 50
PAGES = "admin/volunteers/hourentry"


class SettlingMixin:
    """For the ModelAdmin of HourEntry."""

    def get_urls(self):
        def route(text, view, name):
            return path(text, self.admin_site.admin_view(view), name=f"volunteers_hourentry_{name}")

        return [
            route("settle/", self.queue_view, "queue"),
            route("settle/<int:pk>/", self.settle_view, "settle"),
            route("settle/<int:pk>/make-up/", self.make_up_view, "make_up"),
            route("make-ups/", self.make_ups_view, "make_ups"),
            route("make-ups/<int:pk>/<slug:verb>/do/", self.make_up_act_view, "make_up_act"),
            route("rate/<int:pk>/", self.rate_view, "rate"),
            *super().get_urls(),
        ]

    def shown(self, request, template, title, status=200, **context):
        page = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **context}
        return TemplateResponse(request, f"{PAGES}/{template}.html", page, status=status)

    # --- The sessions that wait ---------------------------------------------------------------------------------------
    def sessions(self, request):
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return Session.objects.allowed(request.user, RIGHT).select_related("community", "leader")

    def queue_view(self, request):
        came = Q(signups__status=Signup.Status.ATTENDED)
        rows = self.sessions(request).filter(status=Session.Status.HELD).order_by("starts_at", "pk")
        counted = rows.annotate(
            came_count=Count("signups", filter=came),
            pending_count=Count("signups", filter=Q(signups__is_made_up=True, signups__approved_by=None)),
        )
        page = Paginator(counted, PER_PAGE).get_page(request.GET.get("page"))
        return self.shown(request, "queue", "待确认时长", page_obj=page)

    def settle_view(self, request, pk):
        session = get_object_or_404(self.sessions(request), pk=pk)
        form = SettleForm(request.POST or None, session=session, user=request.user)
        if request.method == "POST" and form.is_valid() and form.submit():
            session.refresh_from_db()
            if session.status == Session.Status.SETTLED:
                messages.success(request, f"“{session.title}”的时长已确认，参加的人会收到消息。")
            else:
                messages.warning(request, "已确认其余各人。剩下的要由另一位工作人员确认。")
            return HttpResponseRedirect(request.path)
        return self.shown(
            request,
            "settle",
            f"认定时长：{session.title}",
            status=422 if form.is_bound else 200,
            session=session,
            form=form,
            lines=list(form.lines()),
            can_settle=session.status in make_ups.CLOSED,
            pending=session.signups.to_approve().select_related("volunteer", "made_up_by"),
            credited=session.signups.filter(credited_minutes__isnull=False).select_related("volunteer"),
            absent=session.signups.filter(status=Signup.Status.ABSENT, is_made_up=False).select_related("volunteer"),
        )

    # --- 补录 ---------------------------------------------------------------------------------------------------------
    def make_up_view(self, request, pk):
        session = get_object_or_404(self.sessions(request), pk=pk)
        form = MakeUpForm(request.POST or None, session=session, user=request.user)
        if request.method == "POST" and form.is_valid() and form.submit():
            messages.success(request, "已补录，由另一位工作人员审核以后记时长。")
            return HttpResponseRedirect(reverse("admin:volunteers_hourentry_settle", args=[pk]))
        status = 422 if form.is_bound else 200
        return self.shown(request, "make_up", f"补录：{session.title}", status=status, session=session, form=form)

    def make_ups_view(self, request, bound=None):
        rows = Signup.objects.to_approve().filter(session__in=self.sessions(request))
        rows = rows.select_related("session__community", "volunteer", "made_up_by").order_by("session__starts_at", "pk")
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        for row in page:
            is_bound = bound is not None and bound[0] == row.pk
            row.refusing = bound[1] if is_bound else RefuseMakeUpForm(auto_id=f"id_{row.pk}_%s")
            row.is_own = request.user.pk in (row.made_up_by_id, row.volunteer.user_id)
        return self.shown(request, "make_ups", "待审核的补录", status=422 if bound else 200, page_obj=page)

    def make_up_act_view(self, request, pk, verb):
        back = HttpResponseRedirect(reverse("admin:volunteers_hourentry_make_ups"))
        row = get_object_or_404(Signup.objects.filter(session__in=self.sessions(request)), pk=pk)
        if request.method != "POST":
            return back
        form = RefuseMakeUpForm(request.POST, auto_id=f"id_{pk}_%s")
        if verb == "refuse" and not form.is_valid():
            return self.make_ups_view(request, bound=(pk, form))
        try:
            if verb == "refuse":
                make_ups.refuse_make_up(row, **form.cleaned_data, actor=request.user)
            else:
                make_ups.approve_make_up(row, actor=request.user)
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
        else:
            messages.success(request, "已退回，补录的人会收到消息。" if verb == "refuse" else "补录已通过。")
        return back

    # --- 评价 ---------------------------------------------------------------------------------------------------------
    def rate_view(self, request, pk):
        rows = Signup.objects.editable_by(request.user).select_related("session__community", "volunteer")
        signup = get_object_or_404(rows, pk=pk)
        form = RateForm(request.POST or None, initial={"score": signup.score, "comment": signup.comment})
        if request.method == "POST" and form.is_valid() and form.submit(signup, request.user):
            messages.success(request, "评价已记下，本人在服务记录里看得到。")
            return HttpResponseRedirect(reverse("admin:volunteers_hourentry_settle", args=[signup.session_id]))
        status = 422 if form.is_bound else 200
        return self.shown(request, "rate", f"评价：{signup.volunteer}", status=status, signup=signup, form=form)
