from patrols.admin import (
    admissions,
    errands,
    field_desks,
    households,
    incidents,
    matters,
    notes,
    rounds,
    tickets,
    visits,
    whistles,
)

__all__ = [
    "admissions",
    "errands",
    "field_desks",
    "households",
    "incidents",
    "matters",
    "notes",
    "rounds",
    "tickets",
    "visits",
    "whistles",
]
