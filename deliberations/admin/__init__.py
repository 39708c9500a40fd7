from deliberations.admin import (
    case_openings,
    cases,
    guestbook_books,
    hearings,
    issues,
    mediators,
    messages,
    outcomes,
    surveys,
    wishes,
)

__all__ = [
    "case_openings",
    "cases",
    "guestbook_books",
    "hearings",
    "issues",
    "mediators",
    "messages",
    "outcomes",
    "surveys",
    "wishes",
]
