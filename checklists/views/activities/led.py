"""Activities as the unit that leads them, or joins in, meets them on its desk."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.generic import FormView

from checklists.activity_story import photos_of, story
from checklists.forms.activities import STEPS, CheckAttendance, UnitActivityForm
from checklists.models import Activity, ActivityPhoto
from organizations.models import Unit
from organizations.photos import photo_file

# Names are ticked in the workplace, where they can be read.
UNIT_STEPS = tuple(step for step in STEPS if step is not CheckAttendance)


def my_activities(user):
    """Led or joined by the units that `user` answers for: whoever sees more as staff has the workplace for it."""
    rows = Activity.objects.visible_to(user).of_unit(user)
    return rows.select_related("community", "unit", "turn", "agreement")


class LedActivityDetailView(LoginRequiredMixin, View):
    def get(self, request, pk, bound=None):
        activity = get_object_or_404(my_activities(request.user), pk=pk)
        can_change = Activity.objects.editable_by(request.user).filter(pk=pk).exists()
        shown = story(activity, request.user, can_change=can_change, bound=bound)
        for step in (*shown["main_steps"], *shown["more_steps"]):
            step.url = reverse(f"desk:activity_{step.verb.replace('-', '_')}", args=[pk])
        context = {**shown, "photos": photos_of(activity, "desk:activity_photo"), "can_change": can_change}
        return render(request, "desk/activity_detail.html", context, status=200 if bound is None else 422)


class LedActivityStepView(LedActivityDetailView):
    """One step of the leading unit; a POST runs it, errors come back on the page with what was typed."""

    step = None

    def get(self, request, pk):
        return redirect("desk:activity_detail", self.activity_of(request, pk).pk)

    def activity_of(self, request, pk):
        rows = my_activities(request.user).filter(pk__in=Activity.objects.editable_by(request.user))
        return get_object_or_404(rows, pk=pk)

    def post(self, request, pk):
        activity = self.activity_of(request, pk)
        form = self.step(request.POST, request.FILES, subject=activity, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return super().get(request, pk, bound=form)
        activity.refresh_from_db()
        told = f"{form.label}：已记录。现在是“{activity.get_status_display()}”，社区也能看到。"
        messages.success(request, form.done or told)
        return redirect("desk:activity_detail", pk)


class PlanMixin(LoginRequiredMixin, FormView):
    form_class = UnitActivityForm
    template_name = "desk/activity_plan.html"
    activity = None

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user, "instance": self.activity}

    def form_valid(self, form):
        activity = form.submit()
        if activity is None:
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect("desk:activity_detail", activity.pk)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        back = reverse("desk:activity_detail", args=[self.activity.pk]) if self.activity else reverse("desk:turn_list")
        return super().get_context_data(title=self.title, back=back, **kwargs)


class LedActivityCreateView(PlanMixin):
    title, done = "登记活动计划", "已登记，社区收到了消息。发布以后居民才能看到、才能报名。"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            mine = Unit.objects.of_liaison(request.user, "checklists.change_activity")
            if not mine.exists():
                raise Http404
        return super().dispatch(request, *args, **kwargs)


class LedActivityChangeView(PlanMixin):
    title, done = "更改活动计划", "已保存。报了名的居民能看到时间和地点的改动。"

    def dispatch(self, request, *args, pk, **kwargs):
        if request.user.is_authenticated:
            rows = my_activities(request.user).filter(pk__in=Activity.objects.editable_by(request.user))
            self.activity = get_object_or_404(rows, pk=pk)
            if self.activity.status not in (Activity.Status.PLANNED, Activity.Status.ANNOUNCED):
                messages.warning(request, f"活动{self.activity.get_status_display()}，计划不能再改。")
                return redirect("desk:activity_detail", pk)
        return super().dispatch(request, *args, **kwargs)


class LedPhotoView(LoginRequiredMixin, View):
    def get(self, request, pk):
        rows = ActivityPhoto.objects.visible_to(request.user).filter(activity__in=my_activities(request.user))
        return photo_file(get_object_or_404(rows, pk=pk))


def coming_and_past(user):
    """({activity} that are still to be held or told of, the last ones that are over), for the desk's page."""
    S = Activity.Status
    rows = my_activities(user).with_enrolled()
    coming = rows.with_status(S.PLANNED, S.ANNOUNCED, S.HELD).order_by("starts_at", "pk")
    return coming, rows.with_status(S.CONCLUDED, S.CANCELLED).order_by("-starts_at", "-pk")[:10]
