"""服务记录 of oneself, in five parts; and the leader's part in it: 补录 and 评价."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from volunteers.forms.hours import MakeUpForm, RateForm
from volunteers.models import Signup
from volunteers.record_story import record_of
from volunteers.services import make_ups
from volunteers.views.check_in import RunsSessionMixin
from volunteers.views.signing import VolunteerRequiredMixin


class RecordView(VolunteerRequiredMixin, TemplateView):
    template_name = "me/record.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            **record_of(self.volunteer, self.request.GET.get("page")),
            keeps_station=self.volunteer.kept_stations.filter(is_active=True).exists(),
            **kwargs,
        )


class Again422Mixin:
    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class MakeUpView(Again422Mixin, RunsSessionMixin, FormView):
    """Once the roll is closed: who was there all the same."""

    template_name = "me/make_up.html"
    form_class = MakeUpForm

    def get_form_kwargs(self):
        if self.session.status not in make_ups.CLOSED:
            raise Http404
        return {**super().get_form_kwargs(), "session": self.session, "user": self.request.user}

    def form_valid(self, form):
        if form.submit() is None:
            return self.form_invalid(form)
        messages.success(self.request, "已补录，社区审核以后记时长。")
        return redirect("me:make_up", self.session.code)

    def get_context_data(self, **kwargs):
        came = self.session.signups.filter(arrived_at__isnull=False).select_related("volunteer")
        return super().get_context_data(session=self.session, rows=came.order_by("arrived_at", "pk"), **kwargs)


class RateView(Again422Mixin, RunsSessionMixin, FormView):
    template_name = "me/rate.html"
    form_class = RateForm

    @cached_property
    def signup(self):
        came = self.session.signups.filter(status=Signup.Status.ATTENDED)
        return get_object_or_404(came.select_related("volunteer", "session__leader"), pk=self.kwargs["pk"])

    def get_initial(self):
        return {"score": self.signup.score, "comment": self.signup.comment}

    def form_valid(self, form):
        if form.submit(self.signup, self.request.user) is None:
            return self.form_invalid(form)
        messages.success(self.request, "评价已记下。")
        return redirect("me:make_up", self.session.code)

    def get_context_data(self, **kwargs):
        return super().get_context_data(session=self.session, signup=self.signup, **kwargs)
