"""/me/: who I am, what to do next, what stands."""

from django.shortcuts import redirect
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from accounts.models import PrivacyNotice
from volunteers.cards import card_of
from volunteers.models import Muster, Signup
from volunteers.next_step import next_step, page
from volunteers.services.hours import totals_of
from volunteers.services.unit_members import confirm_notice
from volunteers.views.signing import VolunteerRequiredMixin
from volunteers.words import hours

LINE = 3
TONES = {Signup.Status.SEATED: "ok", Signup.Status.WAITING: "warn"}


class HomeView(VolunteerRequiredMixin, TemplateView):
    """`?name=full` shows the whole name on the card, for a moment and to its owner."""

    template_name = "me/home.html"

    def get_context_data(self, **kwargs):
        at, volunteer = timezone.now(), self.volunteer
        coming = volunteer.signups.filter(status__in=list(TONES), session__status="open", session__ends_at__gt=at)
        signups = list(coming.select_related("session").order_by("session__starts_at")[:LINE])
        holdings = list(volunteer.holdings.open().select_related("position__community"))
        report = volunteer.reports.open().select_related("community").first()
        step = next_step(
            report=report,
            signup=signups[0] if signups else None,
            muster=self.muster(),
            invitations_count=volunteer.memberships.filter(status="invited").count(),
            has_position=any(holding.status == "held" for holding in holdings),
            at=at,
        )
        return super().get_context_data(
            **card_of(volunteer, is_full=self.request.GET.get("name") == "full"),
            step=step,
            must_confirm=not volunteer.has_confirmed,
            figures=self.figures(),
            signups=[self.described(row) for row in signups],
            holdings=holdings,
            report=report,
            notifications=self.request.user.notifications.all()[:LINE],
            **kwargs,
        )

    def muster(self):
        """One that runs and that this person has not answered."""
        mine = self.volunteer.memberships.joined()
        return (
            Muster.objects.running()
            .filter(team__memberships__in=mine)
            .exclude(answers__volunteer=self.volunteer)
            .first()
        )

    def figures(self):
        totals = totals_of(self.volunteer)
        record = page("record")
        return [
            {"number": hours(totals.duty_minutes), "label": "报到服务", "note": "小时", "href": record},
            {"number": hours(totals.voluntary_minutes), "label": "志愿服务", "note": "小时", "href": record},
            {"number": totals.points, "label": "积分", "note": "分", "href": record},
        ]

    def described(self, row):
        session = row.session
        return {
            "title": session.title,
            "starts_at": timezone.localtime(session.starts_at),
            "place": session.place,
            "url": page("session", session.code),
            "tone": TONES[row.status],
            "word": row.get_status_display(),
        }


class ConfirmView(VolunteerRequiredMixin, View):
    """Whoever the unit or the community wrote down says that they agree (个人信息保护法 art. 14)."""

    http_method_names = ["post"]

    def post(self, request):
        notice = PrivacyNotice.objects.in_force(timezone.localdate()).first()
        confirm_notice(self.volunteer, notice=notice, actor=request.user)
        return redirect("me:home")
