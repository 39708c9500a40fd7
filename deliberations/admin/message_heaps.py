"""What waits among the messages: the heaps, as tiles above the list and as its filter."""

from django.contrib import admin

from deliberations.models import Message

# {name: (label, which of the rows, tone of its tile)}
HEAPS = {
    "pending": ("待审核", lambda rows: rows.pending(), "warn"),
    "unanswered": ("待答复", lambda rows: rows.unanswered(), ""),
    "flagged": ("被举报", lambda rows: rows.flagged(), "warn"),
    "appealed": ("申诉", lambda rows: rows.appealed(), "warn"),
    "hidden": ("已隐藏", lambda rows: rows.hidden(), ""),
}


class HeapFilter(admin.SimpleListFilter):
    title = "待办"
    parameter_name = "heap"

    def lookups(self, request, model_admin):
        return [(name, label) for name, (label, *_) in HEAPS.items()]

    def queryset(self, request, queryset):
        return HEAPS[self.value()][1](queryset) if self.value() in HEAPS else queryset


def tiles(user, chosen=""):
    rows = Message.objects.visible_to(user)
    late = rows.to_answer().count()
    found = {
        name: {
            "label": label,
            "number": which(rows).count(),
            "href": f"?heap={name}",
            "tone": tone,
            "is_current": chosen == name,
        }
        for name, (label, which, tone) in HEAPS.items()
    }
    if late:
        found["unanswered"] |= {"tone": "bad", "note": f"{late} 条超期"}
    return list(found.values())
