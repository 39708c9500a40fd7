"""What anybody may read of the activities, and the form by which a neighbour enrols."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views import View
from django.views.generic import FormView, ListView

from checklists.activity_story import seats_of, verdict_of
from checklists.forms.enrolments import EnrolForm
from checklists.models import Activity, ActivityPhoto
from checklists.views import visits
from checklists.views.activities.own import open_enrolment
from govern.views import number
from grids.models import Community
from organizations.limits import is_over
from organizations.photos import photo_file, thumb

S = Activity.Status
TOO_MANY = "这个网络一小时内报名的次数太多，请过一会儿再试。着急的话，请打社区电话。"


def badge_of(activity, now):
    """(tone, words) for a neighbour: what may be done now."""
    if activity.status in (S.HELD, S.CONCLUDED) or activity.ends_at <= now:
        return "plain", "已结束"
    if activity.starts_at <= now:
        return "info", "正在进行"
    if not activity.takes_enrolments(now):
        return "plain", "报名已截止"
    if activity.seats and activity.enrolled_count >= activity.seats:
        return "warn", "名额已满"
    left = activity.seats - activity.enrolled_count
    return "ok", f"可报名，还有 {left} 个名额" if activity.seats else "可报名"


class ActivityListView(ListView):
    """What comes, the nearest first; `?over=1` what is over, the latest first; `?community=PK` of one community."""

    template_name = "checklists/activity_list.html"
    paginate_by = 20

    def get_queryset(self):
        now = timezone.now()
        rows = Activity.objects.public().with_enrolled().select_related("community", "unit")
        asked = self.request.GET.get("community")
        self.community = Community.objects.filter(pk=number(asked)).first() if asked else None
        if asked is None:
            self.community, _ = visits.place(self.request)
        if self.community:
            rows = rows.filter(community=self.community)
        self.is_over = self.request.GET.get("over") == "1"
        if self.is_over:
            return rows.filter(ends_at__lt=now).order_by("-starts_at", "-pk")
        return rows.with_status(S.ANNOUNCED, S.HELD).upcoming(now).order_by("starts_at", "pk")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        now = timezone.now()
        for activity in context["object_list"]:
            activity.tone, activity.words = badge_of(activity, now)
        busy = Activity.objects.public().order_by().values("community")
        return {
            **context,
            "community": self.community,
            "communities": Community.objects.filter(pk__in=busy),
            "is_over": self.is_over,
        }


class ActivityDetailView(FormView):
    """One activity, with the form while it takes enrolments."""

    form_class = EnrolForm
    template_name = "checklists/activity_detail.html"

    def dispatch(self, request, *args, **kwargs):
        rows = Activity.objects.public().with_enrolled().select_related("community", "unit", "agreement")
        self.activity = get_object_or_404(rows, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "activity": self.activity}

    def form_valid(self, form):
        if is_over(self.request, "enrolments", "public_enrolments_per_hour"):
            form.add_error(None, TOO_MANY)
            return self.render_to_response(self.get_context_data(form=form), status=429)
        enrolment = form.submit()
        if enrolment is None:
            return self.form_invalid(form)
        open_enrolment(self.request, enrolment)
        return redirect("checklists:enrolment_detail", enrolment.code)

    def form_invalid(self, form):
        self.activity = Activity.objects.public().with_enrolled().select_related("community", "unit").get(
            pk=self.activity.pk
        )  # fmt: skip
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        activity, now = self.activity, timezone.now()
        tone, words = badge_of(activity, now)
        photos = [
            {
                "url": (url := reverse("checklists:activityphoto_detail", args=[photo.pk])),
                "thumb": f"{url}?size=small",
                "alt": f"活动照片 {place}，点开看大图",
            }
            for place, photo in enumerate(activity.photos.filter(is_public=True), start=1)
        ]
        changes = activity.events.filter(from_status=S.ANNOUNCED, to_status=S.ANNOUNCED).exclude(note="")
        return super().get_context_data(
            activity=activity,
            tone=tone,
            words=words,
            can_enrol=tone == "ok" or kwargs.get("form") is not None,
            photos=photos,
            changes=changes.order_by("-at"),
            seats=seats_of(activity),
            verdict=verdict_of(activity),
            joint_units=activity.joint_units.all(),
            **kwargs,
        )


class ActivityPhotoView(View):
    """A photo that everybody in it agreed to, of an activity that anybody may read."""

    def get(self, request, pk):
        rows = ActivityPhoto.objects.filter(is_public=True, activity__in=Activity.objects.public())
        row = get_object_or_404(rows, pk=pk)
        if request.GET.get("size") == "small":
            with row.image.open() as file:
                response = HttpResponse(thumb(file), content_type="image/jpeg")
        else:
            response = photo_file(row)
        response["Cache-Control"] = "public, max-age=600"
        response["X-Content-Type-Options"] = "nosniff"
        return response
