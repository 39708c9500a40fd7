"""What the matters are called, for the rules of the grids that pick by their codes."""

from grids.codebook import names_of
from grids.models import Route
from patrols.models import Matter


@names_of(Route.Subject.INCIDENT)
def matter_names():
    rows = Matter.objects.filter(is_active=True).select_related("parent").order_by("code")
    return [
        (row.code, f"{row.parent.name} · {row.name}" if row.parent_id else f"{row.name}（整个大类）") for row in rows
    ]
