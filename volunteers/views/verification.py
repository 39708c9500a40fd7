"""核验: anybody who holds a certificate asks whether it is ours, and whether it is still valid."""

from django.views.generic import TemplateView
from django_ratelimit.core import is_ratelimited

from govern.views import too_many
from volunteers.forms.certificates import VerifyForm


class VerifyView(TemplateView):
    """`?number=&sign=`, as the QR code on the paper says."""

    template_name = "volunteers/verify.html"

    def dispatch(self, request, *args, **kwargs):
        if "sign" in request.GET and is_ratelimited(
            request, group="verify-certificate", key="ip", rate="60/h", increment=True
        ):
            return too_many(request, None)
        response = super().dispatch(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    def get(self, request):
        form = VerifyForm(request.GET if "sign" in request.GET or "number" in request.GET else None)
        found = form.find() if form.is_valid() else None
        status = 422 if form.is_bound and not form.is_valid() else 200
        context = self.get_context_data(form=form, found=found, was_asked=form.is_bound and form.is_valid())
        return self.render_to_response(context, status=status)
