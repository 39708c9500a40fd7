"""A resident's ballot, and the check that it was counted. These pages know nobody and write nothing down about it."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.views.generic import FormView

from accounts.fields import show_refusal
from deliberations.forms.votes import BallotForm, ReceiptForm
from deliberations.models import Hearing, Vote
from deliberations.services.hearings import ballots
from organizations.limits import is_over

FAILED, LIMIT = "failed codes", "code_failures_per_hour"
TOO_MANY = "这里输错的次数太多，请过一会儿再试，或请工作人员帮忙。"
UNKNOWN_RECEIPT = "没有查到这个回执，请对着当时记下的再看一遍。"


class UnknownVisitorMixin:
    """The session is taken off the request: whoever is signed in, or wrote a message before, leaves no mark here."""

    def dispatch(self, request, *args, code, **kwargs):
        del request.session
        request.user = AnonymousUser()
        rows = Hearing.objects.public().select_related("community")
        self.hearing = get_object_or_404(rows, code=code.upper())
        response = super().dispatch(request, *args, code=code, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
        return response

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "use_required_attribute": False}

    def get_context_data(self, **kwargs):
        return super().get_context_data(hearing=self.hearing, **kwargs)

    def form_invalid(self, form, status=422):
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def refuse_guessing(self, form):
        """The 429 page where too many codes failed from here; None below that."""
        if not is_over(self.request, FAILED, LIMIT, increment=False):
            return None
        form.add_error(None, TOO_MANY)
        return self.form_invalid(form, 429)

    def answer(self, template, context):
        response = render(self.request, f"hearings/{template}.html", {"hearing": self.hearing, **context})
        self.request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)  # Django would send that cookie once more
        return response


class BallotView(UnknownVisitorMixin, FormView):
    """The receipt is the answer to the click itself: a redirect would carry it through an address."""

    form_class = BallotForm
    template_name = "hearings/ballot.html"

    def vote(self):
        """The vote on the page: the one that was sent, else the one that is open."""
        return self.hearing.votes.open().filter(way=Vote.Way.BALLOT).first()

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "hearing": self.hearing}

    def get_initial(self):
        return {"vote": self.vote()}

    def form_valid(self, form):
        if refusal := self.refuse_guessing(form):
            return refusal
        cleaned = form.cleaned_data
        try:
            receipt = ballots.cast_ballot(cleaned["code"], cleaned["choice"], vote=cleaned["vote"])
        except ValidationError as error:
            if _is_guess(error):
                is_over(self.request, FAILED, LIMIT)
            show_refusal(form, error)
            return self.form_invalid(form)
        return self.answer("receipt", {"receipt": receipt, "vote": cleaned["vote"]})

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        sent = getattr(context["form"], "cleaned_data", {}).get("vote")
        return {**context, "vote": sent or self.vote()}


def _is_guess(error):
    return any(each.code == "unknown" for each in getattr(error, "error_dict", {}).get("code", []))


class ReceiptView(UnknownVisitorMixin, FormView):
    form_class = ReceiptForm
    template_name = "hearings/receipt_check.html"

    def form_valid(self, form):
        if refusal := self.refuse_guessing(form):
            return refusal
        receipt = form.cleaned_data["receipt"]
        votes = self.hearing.votes.filter(way=Vote.Way.BALLOT, opened_at__isnull=False)
        vote = next((row for row in votes if ballots.check_receipt(row, receipt)), None)
        if vote is None:
            is_over(self.request, FAILED, LIMIT)
            form.add_error("receipt", UNKNOWN_RECEIPT)
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, vote=vote))
