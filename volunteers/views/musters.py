"""集结: what is going on, answered by one tap; whoever called it sees the answers as they come."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views import View
from django.views.generic import TemplateView

from volunteers.forms.musters import AnswerForm
from volunteers.models import Muster
from volunteers.services import musters
from volunteers.views.signing import VolunteerRequiredMixin


class OfMemberMixin(VolunteerRequiredMixin):
    """Gives `self.muster` of a team that the volunteer is in; any other is 404."""

    def dispatch(self, request, *args, **kwargs):
        self.bound = AnswerForm()
        return super().dispatch(request, *args, **kwargs)

    def find(self, pk):
        rows = Muster.objects.filter(team__memberships__in=self.volunteer.memberships.joined())
        self.muster = get_object_or_404(rows.select_related("team__leader"), pk=pk)


class MusterView(OfMemberMixin, TemplateView):
    template_name = "me/muster.html"

    def get(self, request, pk):
        self.find(pk)
        return self.render_to_response(self.get_context_data())

    def post(self, request, pk):
        self.find(pk)
        form = AnswerForm(request.POST)
        if form.is_valid():
            try:
                musters.answer_muster(self.muster, self.volunteer, actor=request.user, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error.messages)
            else:
                messages.success(request, "已告诉队长。情况变了，再点一次就改过来。")
                return redirect("me:muster", pk)
        self.bound = form
        return self.render_to_response(self.get_context_data(), status=422)

    def get_context_data(self, **kwargs):
        muster, is_leader = self.muster, self.muster.team.leader_id == self.volunteer.pk
        return super().get_context_data(
            muster=muster,
            team=muster.team,
            is_running=muster.is_running(timezone.now()),
            is_leader=is_leader,
            form=self.bound,
            choices=self.bound.fields["answer"].choices,
            mine=muster.answers.filter(volunteer=self.volunteer).first(),
            tally=musters.tally(muster),
            answers=musters.answers_of(muster) if is_leader else None,
            **kwargs,
        )


class MusterEndView(OfMemberMixin, View):
    def post(self, request, pk):
        self.find(pk)
        if self.muster.team.leader_id != self.volunteer.pk:
            raise Http404
        musters.end_muster(self.muster, actor=request.user)
        messages.success(request, "集结已结束，不再收答复。")
        return redirect("me:muster", pk)
