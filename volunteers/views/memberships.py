"""What a volunteer does about a team: in, out; and the phone of a member, for its leader."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache

from govern.views import client_address
from volunteers.forms.teams import JoinForm
from volunteers.models import Membership, Team
from volunteers.services import memberships
from volunteers.views.signing import VolunteerRequiredMixin


class JoinView(VolunteerRequiredMixin, View):
    """Join, apply, or accept an invitation. A GET, as after signing in, leads to the team's public page."""

    def get(self, request, pk):
        return redirect("volunteers:team", pk)

    def post(self, request, pk):
        team = get_object_or_404(Team, pk=pk)
        form = JoinForm(request.POST)
        try:
            if not form.is_valid():
                raise ValidationError([*form.errors["words"]])
            row = memberships.join_team(team, self.volunteer, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, "；".join(error.messages))
            return redirect("volunteers:team", pk) if team.dissolved_on is None else redirect("me:teams")
        if row.status == Membership.Status.JOINED:
            messages.success(request, f"您已加入“{team}”。")
            return redirect("me:team", pk)
        messages.success(request, "申请已交给队长，答复会发到您的消息里。")
        return redirect("me:teams")


class MembershipView(VolunteerRequiredMixin, View):
    """Decline an invitation, take an application back, or leave: whatever one's own row is."""

    def post(self, request, pk):
        row = self.volunteer.memberships.open().select_related("team").filter(team=pk).first()
        if row is None:  # the second tap
            return redirect("me:teams")
        row = memberships.leave_team(row, actor=request.user)
        done = {
            Membership.Status.LEFT: f"您已退出“{row.team}”，服务记录都保留。",
            Membership.Status.DECLINED: f"好的，不加入“{row.team}”。",
        }
        messages.success(request, done[row.status])
        return redirect("me:teams")


@method_decorator(never_cache, name="dispatch")
class MemberPhoneView(VolunteerRequiredMixin, View):
    """A member's phone for the leader, written down: a fragment for htmx, else a page of its own."""

    def post(self, request, pk, member):
        team = get_object_or_404(Team.objects.standing(), pk=pk, leader=self.volunteer)
        row = get_object_or_404(team.memberships.joined().select_related("volunteer", "team__leader"), pk=member)
        context = {
            "label": f"{row.volunteer.name}的手机号",
            "value": memberships.reveal_phone(row, actor=request.user, remote_addr=client_address(request)),
            "is_phone": True,
            "back": reverse("me:team", args=[pk]),
        }
        return render(request, "accounts/_revealed.html" if request.htmx else "accounts/revealed.html", context)
