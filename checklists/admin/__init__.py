from checklists.admin import (
    activities,
    answers,
    categories,
    claims,
    dispatches,
    needs,
    projects,
    resources,
    rotas,
    runs,
)

__all__ = [
    "activities",
    "answers",
    "categories",
    "claims",
    "dispatches",
    "needs",
    "projects",
    "resources",
    "rotas",
    "runs",
]
