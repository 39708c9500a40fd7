"""A list as the office prints it and puts it up: A4 across, title, number and date, rows, seal."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.views.generic import TemplateView

from checklists.columns import ORDINAL, words
from govern.views import number
from grids.models import Community

MOST = 2000  # some 150 pages: more is a file, not paper
ORDINAL_WIDTH = 11  # millimetres


class PrintView(TemplateView):
    """The rows that the list's own address shows. `?posted=1` leaves out what may not hang on a wall."""

    template_name = "admin/checklists/print.html"
    model_admin = None

    def get_context_data(self, **kwargs):
        admin, request = self.model_admin, self.request
        if not admin.has_view_permission(request):
            raise PermissionDenied
        is_posted = request.GET.get("posted") == "1"
        request.GET = request.GET.copy()
        request.GET.pop("posted", None)
        checklist = admin.checklist
        columns = checklist.public_columns if is_posted else checklist.columns
        listed = admin.listed(request)
        rows = list(listed[: MOST + 1])
        query = request.GET.urlencode()
        return super().get_context_data(
            checklist=checklist,
            owner=self.owner(),
            heads=[ORDINAL, *(column.head for column in columns)],
            widths=shares([ORDINAL_WIDTH, *(column.width for column in columns)]),
            rows=[
                [number, *(words(column.read(row)) for column in columns)] for number, row in enumerate(rows[:MOST], 1)
            ],
            left_out=listed.count() - MOST if len(rows) > MOST else 0,
            most=MOST,
            today=timezone.localdate(),
            is_posted=is_posted,
            other=f"?{query}{'&' if query and not is_posted else ''}{'' if is_posted else 'posted=1'}",
            back=f"../?{query}",
            **kwargs,
        )

    def owner(self):
        """Whose list it is: the one community that the reader sees or the address asks for, else nobody's by name."""
        asked = number(self.request.GET.get("community__id__exact"))
        seen = Community.objects.visible_to(self.request.user)
        seen = list((seen if asked is None else seen.filter(pk=asked))[:2])
        return seen[0] if len(seen) == 1 else ""


def shares(widths):
    """`widths` as percentages of the line, for <col>."""
    total = sum(widths)
    return [f"{width * 100 / total:.2f}%" for width in widths]
