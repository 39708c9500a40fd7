"""What opens when a leader's phone scans somebody's card: who it is, and 签到 in the sessions that the leader runs."""

from datetime import timedelta

from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.generic import TemplateView

from volunteers.cards import read_card_token, spaced
from volunteers.services.attendance import window_of
from volunteers.services.session_door import may_run


class CardView(TemplateView):
    """To whoever runs nothing of it the page says only that: a stranger who scans learns no name."""

    template_name = "me/card.html"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect(f"{reverse('me:sign_in')}?{urlencode({'next': request.get_full_path()})}")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        volunteer = read_card_token(self.kwargs["token"])
        rows = self.signups(volunteer) if volunteer else []
        return super().get_context_data(
            rows=rows,
            is_known=volunteer is not None,
            name=volunteer.masked_name if rows else "",
            spaced_code=spaced(volunteer.code) if rows else "",
            **kwargs,
        )

    def signups(self, volunteer):
        """The person's seats in what this user runs and where one may sign in or out now."""
        at = timezone.now()
        near = volunteer.signups.filter(
            status__in=["seated", "attended"],
            session__status="open",
            session__starts_at__date__lte=timezone.localdate(at) + timedelta(days=1),
        )
        return [
            row
            for row in near.select_related("session__community", "session__leader")
            if may_run(row.session, self.request.user) and window_of(row.session)[0] <= at <= window_of(row.session)[1]
        ]
