"""服务队: what everybody sees of one, and the pages of its members and its leader."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.generic import DetailView, ListView, TemplateView

from govern.views import number
from grids.models import Community
from volunteers.forms.musters import CallMuster
from volunteers.forms.teams import ROW_ACTS, Invite, JoinForm, NameLeader
from volunteers.models import Membership, Muster, Team
from volunteers.services import memberships, teams
from volunteers.services.musters import tally
from volunteers.views.signing import VolunteerRequiredMixin, volunteer_of

LEADER_ACTS = (CallMuster, Invite, NameLeader, *ROW_ACTS)


# --- What everybody sees ----------------------------------------------------------------------------------------------
class TeamListView(ListView):
    """`?community=PK` and `?kind=` narrow it."""

    template_name = "volunteers/teams.html"
    paginate_by = 20

    def get_queryset(self):
        rows = Team.objects.standing().select_related("community").with_counts().order_by("community", "name")
        asked = number(self.request.GET.get("community"))
        self.community = Community.objects.filter(pk=asked).first() if asked else None
        self.kind = self.request.GET.get("kind", "")
        if self.community:
            rows = rows.filter(community=self.community)
        return rows.filter(kind=self.kind) if self.kind in Team.Kind.values else rows

    def get_context_data(self, **kwargs):
        places = Community.objects.filter(teams__dissolved_on=None, teams__isnull=False).distinct()
        return super().get_context_data(
            communities=places, community=self.community, kinds=Team.Kind.choices, kind=self.kind, **kwargs
        )


class TeamView(DetailView):
    template_name = "volunteers/team.html"
    queryset = Team.objects.standing().select_related("community", "leader").with_counts()

    def get_context_data(self, **kwargs):
        team, volunteer = self.object, volunteer_of(self.request)
        row = memberships.membership_of(team, volunteer)
        return super().get_context_data(
            row=row,
            door=row.status if row else memberships.door_of(team, volunteer),
            form=JoinForm(),
            record=teams.record_of(team),
            coming=teams.coming_of(team),
            **kwargs,
        )


# --- Of a member ------------------------------------------------------------------------------------------------------
class MyTeamsView(VolunteerRequiredMixin, TemplateView):
    template_name = "me/teams.html"

    def get_context_data(self, **kwargs):
        rows = self.volunteer.memberships.open().select_related("team__community", "team__leader").order_by("-asked_at")
        rows = [row for row in rows if row.team.dissolved_on is None]
        mine = [row.team_id for row in rows]
        nearby = Team.objects.standing().filter(community=self.volunteer.community).exclude(pk__in=mine)
        return super().get_context_data(
            invitations=[row for row in rows if row.status == Membership.Status.INVITED],
            waiting=[row for row in rows if row.status == Membership.Status.APPLIED],
            joined=[row for row in rows if row.status == Membership.Status.JOINED],
            musters=Muster.objects.running()
            .filter(team__memberships__in=self.volunteer.memberships.joined())
            .select_related("team"),
            nearby=nearby.with_counts()[:20],
            **kwargs,
        )


class MyTeamView(VolunteerRequiredMixin, TemplateView):
    """A team from inside; its leader has the acts on it as well. Whoever is not in it is shown what everybody sees."""

    template_name = "me/team.html"

    def dispatch(self, request, *args, **kwargs):
        self.bound = None
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, pk):
        self.team = self.team_of(pk)
        if self.team is None:
            return redirect("volunteers:team", pk)
        return self.render_to_response(self.get_context_data())

    def team_of(self, pk):
        rows = Team.objects.standing().select_related("community", "leader").with_counts()
        # The counts join the memberships: whose the team is, is asked apart from them.
        mine = self.volunteer.memberships.joined().filter(team=pk)
        return rows.filter(pk=pk).first() if mine.exists() else None

    def get_context_data(self, **kwargs):
        team, is_leader = self.team, self.team.leader_id == self.volunteer.pk
        muster = team.musters.running().first()
        return super().get_context_data(
            team=team,
            is_leader=is_leader,
            muster=muster,
            tally=tally(muster) if muster else None,
            mine=muster.answers.filter(volunteer=self.volunteer).first() if muster else None,
            coming=teams.coming_of(team),
            **(self.of_leader() if is_leader else {}),
            **kwargs,
        )

    def of_leader(self):
        rows = self.team.memberships.open().select_related("volunteer").order_by("joined_at", "pk")
        by_status = {status: [row for row in rows if row.status == status] for status in Membership.TRANSITIONS}
        shown = {"muster": CallMuster, "invite": Invite, "lead": NameLeader}
        forms = {f"{verb}_act": act(subject=self.team, user=self.request.user) for verb, act in shown.items()}
        if self.bound is not None:
            forms[f"{self.bound.verb}_act"] = self.bound
        return {
            "members": by_status[Membership.Status.JOINED],
            "applications": by_status[Membership.Status.APPLIED],
            "invited": by_status[Membership.Status.INVITED],
            "refused": self.bound if self.bound is not None and self.bound.verb not in shown else None,
            "past_musters": self.team.musters.exclude(pk__in=self.team.musters.running()).with_answers()[:5],
            **forms,
        }


class TeamActView(MyTeamView):
    """POST runs one act of the leader; a GET, as after signing in again, leads back to the page."""

    def get(self, request, pk, verb):
        return redirect("me:team", pk)

    def post(self, request, pk, verb):
        self.team = self.team_of(pk)
        act = next((each for each in LEADER_ACTS if each.verb == verb), None)
        if act is None or self.team is None or self.team.leader_id != self.volunteer.pk:
            raise Http404
        form = act(request.POST, subject=self.team, user=request.user)
        answer = form.run() if form.is_valid() else None
        if not form.is_valid():
            self.bound = form
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, form.done)
        return redirect("me:muster", answer.pk) if isinstance(answer, Muster) else redirect("me:team", pk)
