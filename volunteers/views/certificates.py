"""服务证明 of oneself: asked for, issued at once, printed."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, TemplateView

from volunteers.forms.certificates import AskForm
from volunteers.paper import paper_of
from volunteers.services.certificates import issuers_of
from volunteers.views.record import Again422Mixin
from volunteers.views.signing import VolunteerRequiredMixin

SHOWN = 50


class CertificatesView(Again422Mixin, VolunteerRequiredMixin, FormView):
    template_name = "me/certificates.html"
    form_class = AskForm

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "volunteer": self.volunteer, "user": self.request.user}

    def get_initial(self):
        return AskForm.this_year()

    def form_valid(self, form):
        certificate = form.submit()
        if certificate is None:
            return self.form_invalid(form)
        messages.success(self.request, f"已出具 {certificate.number}，可以打印或存成 PDF。")
        return redirect("me:certificate", certificate.sign)

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            certificates=self.volunteer.certificates.select_related("community")[:SHOWN],
            has_issuers=issuers_of(self.volunteer).exists(),
            **kwargs,
        )


@method_decorator(never_cache, name="dispatch")
class CertificateView(VolunteerRequiredMixin, TemplateView):
    """On paper, with the owner's name and identity number in full."""

    template_name = "volunteers/certificate.html"

    def get_context_data(self, sign, **kwargs):
        rows = self.volunteer.certificates.select_related("community", "handler", "volunteer")
        paper = paper_of(get_object_or_404(rows, sign=sign.upper()), is_full=True)
        return super().get_context_data(**paper, back=reverse("me:certificates"), **kwargs)
