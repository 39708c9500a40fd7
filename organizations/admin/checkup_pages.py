"""规则提示: what departs from the rules, by rule and place, on a page and as a sheet."""

from collections import Counter
from io import BytesIO

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from govern.spreadsheets import CONTENT_TYPE, write_sheet
from govern.views import number
from organizations.admin.tree_pages import OrganizationsView
from organizations.checkup import check, rules
from organizations.models import Organization

PER_PAGE = 100
HEADS = ["规则", "党组织或小区", "类型", "上级党组织", "情况", "规则内容", "依据"]


class CheckupView(OrganizationsView):
    """`?rule=` only one rule's findings, `?under=` only what is at and below one organization."""

    def found(self):
        """(all findings in the place asked for, those of the rule asked for, the rule's code)."""
        rows, key = self.visible, number(self.request.GET.get("under"))
        if key is not None:
            top = rows.filter(pk=key).first()
            rows = rows.below(top) if top else rows.none()
        everything, code = check(rows), self.request.GET.get("rule", "")
        return everything, [each for each in everything if code in ("", each.rule.code)], code

    def get(self, request):
        everything, findings, code = self.found()
        counts = Counter(each.rule.code for each in everything)
        return self.answer(
            "checkup",
            title="规则提示",
            rules=[(rule, counts[rule.code]) for rule in rules().values()],
            rule=code,
            total=len(everything),
            page_obj=Paginator(findings, PER_PAGE).get_page(request.GET.get("page")),
            choices=self.visible.standing().filter(tier__lte=Organization.Tier.COMMUNITY),
            under=number(request.GET.get("under")),
            query=request.GET.urlencode(),
        )


class CheckupExportView(CheckupView):
    def get(self, request):
        rows = [
            [row.rule.label, row.name, row.kind, row.above, row.words, row.rule.text, row.rule.source]
            for row in self.found()[1]
        ]
        stream = BytesIO()
        write_sheet(stream, "规则提示", HEADS, rows, widths=[16, 30, 14, 24, 34, 50, 34])
        name = f"规则提示-{timezone.localdate():%Y%m%d}.xlsx"
        head = {"Content-Disposition": content_disposition_header(True, name)}
        return HttpResponse(stream.getvalue(), content_type=CONTENT_TYPE, headers=head)
