"""评议 for those who answer: a questionnaire, its one-time code, and what came of it.

An anonymous answer leaves nothing in the session and sets no cookie of its own.
"""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.generic import ListView, TemplateView, View

from accounts import phone_codes
from accounts.fields import show_refusal
from accounts.models import PhoneCode
from checklists.views import visits
from deliberations.forms.survey_sheets import InquiryForm, SheetForm
from deliberations.models import Survey
from deliberations.services.surveys.filling import fill_sheet
from deliberations.services.surveys.publishing import ask_officer
from deliberations.survey_results import result_of
from govern.fields import mask_phone
from govern.views import number
from grids.models import Community
from organizations.limits import is_over
from organizations.parameters import parameter, parameters

Status, SURVEY = Survey.Status, PhoneCode.Purpose.SURVEY
TOO_MANY = "填错的次数太多，请过一小时再试，或者找社区工作人员。"
ASKED_A_LOT = "提问太多，请过一小时再问。"
PAGES = 100  # a home of more is none that anybody reads


class SurveyHomeView(ListView):
    """`?community=PK`, else the community that was scanned or chosen, else all: to answer, and with their results."""

    template_name = "surveys/home.html"

    def get_queryset(self):
        known, _ = visits.place(self.request)
        asked = self.request.GET.get("community")
        self.community = known if asked is None else Community.objects.filter(pk=number(asked)).first()
        rows = Survey.objects.public().select_related("community")
        return (rows.filter(community=self.community) if self.community else rows)[:PAGES]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows, today = list(context["object_list"]), timezone.localdate()
        return {
            **context,
            "community": self.community,
            "open": [row for row in rows if row.status == Status.OPEN and row.ends_on >= today],
            "counting": [
                row
                for row in rows
                if row.status == Status.CLOSED or (row.status == Status.OPEN and row.ends_on < today)
            ],
            "published": [row for row in rows if row.status == Status.PUBLISHED],
            "today": today,
        }


class SurveyView(View):
    """`?c=` is the code of a slip."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rows = Survey.objects.public().select_related("community")
        self.survey = get_object_or_404(rows, code=kwargs["code"].upper())

    def get(self, request, code):
        if self.survey.status == Status.PUBLISHED:
            return redirect("surveys:result", self.survey.code)
        form = SheetForm(survey=self.survey, initial={"ticket": request.GET.get("c", "")[:12]})
        return self.page(form if is_running(self.survey) else None)

    def post(self, request, code):
        if not is_running(self.survey):
            return redirect("surveys:survey", self.survey.code)
        form = SheetForm(request.POST, survey=self.survey)
        if request.POST.get("step") == "code" and self.survey.audience == Survey.Audience.OPEN:
            return self.send(form)
        if form.is_valid() and self.take(form):
            return redirect("surveys:done", self.survey.code)
        return self.page(form, status=422)

    def send(self, form):
        """获取验证码, in the middle of the form: what was typed stays, and it is not yet the time for errors."""
        form.is_valid()
        refused, phone = form.errors.get("phone"), form.cleaned_data.get("phone")
        form.errors.clear()
        if refused:
            form.errors["phone"] = refused
            return self.page(form, status=422)
        try:
            if is_over(self.request, "survey phone codes", "phone_codes_per_hour", times=10):
                raise ValidationError(TOO_MANY)
            limits = parameters("phone_code_minutes", "phone_codes_per_hour")
            phone_codes.send_code(
                phone,
                purpose=SURVEY,
                minutes=int(limits["phone_code_minutes"]),
                most_per_hour=int(limits["phone_codes_per_hour"]),
            )
        except ValidationError as error:
            form.add_error("phone", error.messages)
            return self.page(form, status=422)
        return self.page(form, sent_to=mask_phone(phone))

    def take(self, form):
        """Whether the sheet was taken; what refuses it stands beside its field."""
        told = form.cleaned_data
        wrong_codes = f"survey tickets {self.survey.pk}"
        if "ticket" in told and is_over(self.request, wrong_codes, "code_failures_per_hour", increment=False):
            form.add_error("ticket", TOO_MANY)
            return False
        try:
            if "phone" in told:
                most = int(parameter("phone_code_tries"))
                phone_codes.prove_phone(told["phone"], told["code"], purpose=SURVEY, most_tries=most)
            known = {name: told[name] for name in ("ticket", "phone", "name", "group") if name in told}
            fill_sheet(self.survey, answers=form.answers(), **known)
        except ValidationError as error:
            if "ticket" in getattr(error, "error_dict", {}):
                is_over(self.request, wrong_codes, "code_failures_per_hour")
            show_refusal(form, error)
            return False
        return True

    def page(self, form, *, status=200, asking=None, sent_to=""):
        context = {
            "survey": self.survey,
            "form": form,
            "asking": asking or InquiryForm(auto_id="ask_%s"),
            "sent_to": sent_to,
            "today": timezone.localdate(),
            "inquiries": self.survey.inquiries.filter(is_public=True),
            "was_asked": "asked" in self.request.GET,
        }
        return render(self.request, "surveys/survey.html", context, status=status)


def is_running(survey):
    return survey.status == Status.OPEN and survey.starts_on <= timezone.localdate() <= survey.ends_on


class InquiryView(SurveyView):
    """对述职提问: the questionnaire's page with one form of it sent."""

    def get(self, request, code):
        return redirect("surveys:survey", code)

    def post(self, request, code):
        asking = InquiryForm(request.POST, auto_id="ask_%s")
        if asking.is_valid():
            if is_over(request, "survey questions", "messages_per_hour"):
                asking.add_error("text", ASKED_A_LOT)
            else:
                try:
                    ask_officer(self.survey, text=asking.cleaned_data["text"])
                    return redirect(f"{request.path.removesuffix('ask/')}?asked=1#asked")
                except ValidationError as error:
                    show_refusal(asking, error)
        form = SheetForm(survey=self.survey) if is_running(self.survey) else None
        return self.page(form, status=422, asking=asking)


class SurveyDoneView(TemplateView):
    template_name = "surveys/done.html"

    def get_context_data(self, **kwargs):
        survey = get_object_or_404(Survey.objects.public().select_related("community"), code=kwargs["code"].upper())
        return super().get_context_data(survey=survey, **kwargs)


class SurveyResultView(TemplateView):
    template_name = "surveys/result.html"

    def get_context_data(self, **kwargs):
        rows = Survey.objects.filter(status=Status.PUBLISHED).select_related("community", "unit")
        survey = get_object_or_404(rows, code=kwargs["code"].upper())
        following = survey.followed_by.filter(status=Status.PUBLISHED).first()
        return super().get_context_data(survey=survey, following=following, **result_of(survey), **kwargs)
