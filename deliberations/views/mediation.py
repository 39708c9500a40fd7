"""/mediation/: a party applies, comes back by code and phone, and answers. Nothing of the other side is shown here."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.generic import FormView, TemplateView

from accounts import channels
from checklists.forms.following import plain_code
from checklists.views import visits
from deliberations import case_story
from deliberations.forms.cases import CaseForm
from deliberations.forms.mediation import AnswerForm, ApplicationForm, FollowForm
from deliberations.models import CaseParty
from deliberations.services.cases.intake import ADD
from deliberations.views.proving import PROVEN, ProvingView
from organizations.limits import is_over
from organizations.parameters import parameters
from volunteers.views.signing import kept_phone

KNOWN, MOST = "mediation_parties", 10
TOO_MANY_LOOKUPS = "填错的次数太多，请过一小时再查。着急的话，请打社区电话。"
NOT_FOUND = "没有查到。请核对查询编号和手机号，两样都要对。"


def remember(request, party):
    """From now on this session may see how the case of `party` stands."""
    kept = {**request.session.get(KNOWN, {}), party.case.code: party.pk}
    request.session[KNOWN] = dict(list(kept.items())[-MOST:])


class HomeView(TemplateView):
    template_name = "mediation/home.html"

    def get_context_data(self, **kwargs):
        community, _ = visits.place(self.request)
        limits = parameters("mediation_accept_days", "confirmation_days")
        return super().get_context_data(community=community, limits=limits, **kwargs)


class ApplyView(ProvingView):
    form_class = ApplicationForm
    template_name = "mediation/apply.html"
    group = "mediation applications"

    def get_initial(self):
        return {"community": visits.place(self.request)[0]}

    def submit(self, form):
        case = form.submit(community=form.cleaned_data["community"])
        if case is None:
            return None
        remember(self.request, case.parties.select_related("case").get(side=CaseParty.Side.APPLICANT))
        return case.code

    def arrive(self, code):
        return redirect("mediation:case", code)


class ReferView(LoginRequiredMixin, FormView):
    """移送 by whoever works in the grids and has no workplace: handed in, and not theirs to open."""

    form_class = CaseForm
    template_name = "mediation/refer.html"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not request.user.has_perm(ADD):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"source": "grid", **CaseForm.initial_of(self.request.user, self.request.GET.get("incident", ""))}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "user": self.request.user}

    def form_valid(self, form):
        case = form.save()
        if case is None:
            return self.form_invalid(form)
        messages.success(self.request, f"已移送，查询编号 {case.spoken_code}，调委会主任已收到消息。")
        return redirect("mediation:home")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class FollowView(FormView):
    form_class = FollowForm
    template_name = "mediation/follow.html"

    def get_initial(self):
        return {"code": self.request.GET.get("code", "")[:12]}

    def form_valid(self, form):
        if is_over(self.request, "failed lookups", "public_lookups_per_hour", increment=False):
            return self.refuse(form, TOO_MANY_LOOKUPS, 429)
        party = form.find()
        if party is None:
            is_over_now = is_over(self.request, "failed lookups", "public_lookups_per_hour")
            return self.refuse(form, *((TOO_MANY_LOOKUPS, 429) if is_over_now else (NOT_FOUND, 422)))
        remember(self.request, party)
        return redirect("mediation:case", party.case.code)

    def refuse(self, form, words, status):
        form.add_error(None, words)
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)


class OwnCaseMixin:
    """Pages of one case for the party that this session knows; anybody else is asked for code and phone."""

    def dispatch(self, request, *args, code, **kwargs):
        code = plain_code(code)
        known = request.session.get(KNOWN, {}).get(code)
        parties = CaseParty.objects.select_related("case__community", "case__accord")
        self.party = parties.filter(pk=known, case__code=code).first() if known else None
        if self.party is None:
            response = render(request, "mediation/follow.html", {"form": FollowForm(initial={"code": code[:8]})})
        else:
            self.case = self.party.case
            response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(case=self.case, party=self.party, **kwargs)


class CaseView(OwnCaseMixin, TemplateView):
    template_name = "mediation/case.html"

    def get_context_data(self, **kwargs):
        case = self.case
        seats = case.mediators.filter(recused_at=None).select_related("mediator").order_by("-is_lead", "pk")
        can_answer = AnswerForm.is_possible(case)
        return super().get_context_data(
            told=case_story.told(case),
            clock=case_story.clock_parts(case),
            steps=case_story.party_steps(case),
            mediators=[row.mediator.name for row in seats],
            # Why it was not taken up is for the applicant; how a mediation ended may say something of the other side.
            reason=case.ending if case.accepted_at is None and case.status == case.Status.ENDED else "",
            can_answer=can_answer and channels.is_open() and bool(self.party.phone),
            has_to_call=can_answer and not channels.is_open(),
            **kwargs,
        )


class AnswerView(OwnCaseMixin, ProvingView):
    """The other side may know code and phone: an answer counts only with a code sent to the party's own phone."""

    form_class = AnswerForm
    template_name = "mediation/answer.html"
    group = "mediation answers"

    def dispatch(self, request, *args, **kwargs):
        if not channels.is_open():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return super().get(request, *args, **kwargs) if AnswerForm.is_possible(self.case) else self.arrive("")

    def get_initial(self):
        if self.party.agreed_at is None:
            return {}
        return {"answer": AnswerForm.OPEN if self.party.wants_open else AnswerForm.YES}

    def get_form_kwargs(self):
        proven = kept_phone(self.request, PROVEN).get("phone", "")
        is_own = proven == self.party.phone
        return {
            **super().get_form_kwargs(),
            "party": self.party,
            "proven": proven if is_own else "",
            "asks_code": not is_own,
        }

    def submit(self, form):
        party = form.run()
        if party is None:
            return None
        messages.success(self.request, "您的答复已记下，调解委员会会看到。")
        return self.case.code

    def arrive(self, code):
        return redirect(reverse("mediation:case", args=[self.case.code]))
