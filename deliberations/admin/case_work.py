"""A case under way: what the four partials of its page show, its sealed files, its printed papers, the signing page.

To be mixed in left of ActPagesMixin; `acts` of the admin holds WORK_ACTS, and `context_of` adds `work_context(case)`.
Every view that shows anything of the case writes the opening down first.
"""

import segno
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from deliberations import case_papers
from deliberations.forms import accords as accord_forms
from deliberations.forms import accords_in_force
from deliberations.forms import case_work as forms
from deliberations.models import Case
from deliberations.services.cases import archive, clocks, endings, follow_ups, sign_links
from deliberations.services.cases.papers import content_type
from deliberations.services.cases.people import open_case

WORK_ACTS = (
    forms.HoldSession,
    forms.AddPaper,
    accord_forms.DraftAccord,
    accord_forms.MakeEffective,
    accord_forms.SignOnPaper,
    accord_forms.WithdrawSignatures,
    accords_in_force.ApplyForConfirmation,
    accords_in_force.ConfirmByCourt,
    accords_in_force.Visit,
    forms.ExtendCase,
    forms.EndCase,
    forms.ArchiveCase,
)


class CaseWorkMixin:
    def get_urls(self):
        wrap = self.admin_site.admin_view
        base = "deliberations_case"
        return [
            path("<int:pk>/papers/<int:paper>/", wrap(self.paper_view), name=f"{base}_paper"),
            path("<int:pk>/signatures/<int:signature>/", wrap(self.signature_view), name=f"{base}_signature"),
            path("<int:pk>/print/<slug:name>/", wrap(self.print_view), name=f"{base}_print"),
            path("<int:pk>/sign/", wrap(self.sign_view), name=f"{base}_sign"),
            *super().get_urls(),
        ]

    def case_of(self, request, pk, what):
        """The case, after its opening was written down; 404 for whoever is not named in it."""
        case = self.row(request, pk)
        open_case(case, user=request.user, what=what)
        return case

    # --- What the partials show ---------------------------------------------------------------------------------------
    def work_context(self, case):
        accord = accord_forms.accord_of(case)
        on = timezone.localdate()
        return {
            "case": case,
            "sessions": case.sessions.select_related("recorded_by"),
            "papers": case.papers.select_related("added_by"),
            "checklist": archive.checklist(case),
            "printable": case_papers.printable(case, accord),
            "accord": accord,
            "signers": sign_links.signers_of(accord) if accord else [],
            "is_to_sign": bool(accord) and accord_forms.SignOnPaper.is_offered(case),
            "clocks": clocks.clocks_of(case, accord, on=on),
            "exclusion": clocks.exclusion_of(case),
            "may_confirm": bool(accord) and clocks.may_be_confirmed(accord, on=on),
            "visits": accord.follow_ups.select_related("visited_by") if accord else [],
            "next_ways": follow_ups.next_ways(accord) if case.status == Case.Status.BREACHED else "",
            "other_ways": endings.other_ways(case) if case.status in endings.WITHOUT_ACCORD else (),
        }

    # --- Files --------------------------------------------------------------------------------------------------------
    def paper_view(self, request, pk, paper):
        paper = get_object_or_404(self.row(request, pk).papers, pk=paper)
        self.case_of(request, pk, f"材料：{paper.get_kind_display()}")
        return self.send(paper.file)

    def signature_view(self, request, pk, signature):
        accord = accord_forms.accord_of(self.row(request, pk))
        row = get_object_or_404(accord.signatures if accord else Case.objects.none(), pk=signature)
        self.case_of(request, pk, "签名")
        return self.send(row.image)

    def send(self, file):
        try:
            content = file.open("rb").read()
        except FileNotFoundError as error:
            raise Http404 from error
        response = HttpResponse(content, content_type=content_type(content))
        add_never_cache_headers(response)
        response["Content-Disposition"] = "inline"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    # --- Paper --------------------------------------------------------------------------------------------------------
    def print_view(self, request, pk, name):
        case = self.row(request, pk)
        accord = accord_forms.accord_of(case)
        paper = next((each for each in case_papers.printable(case, accord) if each.name == name), None)
        if paper is None:
            raise Http404
        self.case_of(request, pk, f"打印：{paper.title}")
        context = {"case": case, "paper": paper, **case_papers.context_of(paper, case, accord)}
        response = TemplateResponse(request, f"admin/deliberations/case/print_{paper.template}.html", context)
        add_never_cache_headers(response)
        return response

    # --- Signing on phones --------------------------------------------------------------------------------------------
    def sign_view(self, request, pk):
        case = self.row(request, pk)
        accord = accord_forms.accord_of(case)
        if accord is None or not accord_forms.SignOnPaper.is_offered(case):
            raise Http404
        if not self.has_change_permission(request, case):
            raise PermissionDenied
        self.case_of(request, pk, "手机签字页")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": case,
            "title": "请各方在手机上签字",
            "case": case,
            "signers": [signer_card(signer, request.user) for signer in sign_links.signers_of(accord)],
            "expires_at": sign_links.expires_at(),
        }
        response = TemplateResponse(request, "admin/deliberations/case/sign.html", context)
        add_never_cache_headers(response)
        return response


def signer_card(signer, user):
    signature = signer.signature
    can_prove = bool(signer.phone) or signer.is_account(user)
    address = sign_links.address_of(signer) if signature is None and can_prove else ""
    qr = segno.make(address, error="m").svg_data_uri(scale=4, border=2) if address else ""
    return {"signer": signer, "signature": signature, "address": address, "qr": qr, "is_me": signer.is_account(user)}
