"""这件事后来怎么样了: the public page of what became of a meeting."""

from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from deliberations.after_story import result_of
from deliberations.models import Hearing


class ResultView(TemplateView):
    """Only once it is published; the resolutions on it go on being followed."""

    template_name = "hearings/result.html"

    def get_context_data(self, **kwargs):
        rows = Hearing.objects.filter(status=Hearing.Status.PUBLISHED).select_related("community")
        hearing = get_object_or_404(rows, code=self.kwargs["code"].upper())
        return super().get_context_data(**result_of(hearing), **kwargs)
