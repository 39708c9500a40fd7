"""年度考核登记: the sheet of one community and one year, whole on one page."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views import View

from cadres.forms.appraisals import GradesForm, SheetForm
from cadres.models import CommunityWorker


class AppraisalSheetView(View):
    model_admin = None

    def get(self, request):
        return self._show(request)

    def post(self, request):
        return self._show(request, request.POST)

    def _show(self, request, posted=None):
        if not request.user.has_perm("cadres.add_appraisal"):
            raise PermissionDenied
        sheet = SheetForm(self._asked(request), user=request.user)
        grades = None
        if sheet.is_valid():
            year, organization = sheet.cleaned_data["year"], sheet.cleaned_data["organization"]
            grades = GradesForm(posted, workers=self._people(request, organization, year), year=year, user=request.user)
            if grades.is_bound and grades.is_valid() and (count := grades.run()) is not None:
                messages.success(request, f"已登记 {count} 人的考核。" if count else "没有改动。")
                query = urlencode({"year": year, "organization": organization.pk})
                return HttpResponseRedirect(f"{request.path}?{query}")
        site, opts = self.model_admin.admin_site, self.model_admin.opts
        context = {
            **site.each_context(request),
            "opts": opts,
            "title": "年度考核登记",
            "sheet": sheet,
            "grades": grades,
        }
        status = 422 if grades is not None and grades.is_bound else 200
        return TemplateResponse(request, "admin/cadres/communityworker/appraisals.html", context, status=status)

    def _asked(self, request):
        """What the address says; else the first community, and last year until July."""
        if "organization" in request.GET:
            return request.GET
        first = SheetForm(user=request.user).fields["organization"].queryset.first()
        today = timezone.localdate()
        return {"year": today.year - (today.month < 7), "organization": first.pk} if first else {}

    def _people(self, request, organization, year):
        mine = CommunityWorker.objects.allowed(request.user, "cadres.add_appraisal").active()
        here = mine.filter(organization=organization, hired_on__year__lte=year)
        return list(here.with_grade().prefetch_related("appraisals"))
