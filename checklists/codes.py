"""What the categories are called, for the rules of the grids that pick by their codes."""

from checklists.models import Category
from grids.codebook import names_of
from grids.models import Route


@names_of(Route.Subject.NEED)
def category_names():
    rows = Category.objects.active().exclude(code="").select_related("parent").order_by("code")
    return [(row.code, f"{row.parent} · {row}" if row.parent_id else f"{row}（整个大类）") for row in rows]
