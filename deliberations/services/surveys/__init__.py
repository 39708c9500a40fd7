"""评议: drawn up, opened, answered, counted, published."""

from deliberations.services.surveys.building import open_survey
from deliberations.services.surveys.counting import enter_paper_counts
from deliberations.services.surveys.door import change_status
from deliberations.services.surveys.filling import fill_sheet, void_sheet
from deliberations.services.surveys.publishing import close_survey, publish_survey
from deliberations.services.surveys.tickets import issue_tickets

__all__ = [
    "change_status",
    "close_survey",
    "enter_paper_counts",
    "fill_sheet",
    "issue_tickets",
    "open_survey",
    "publish_survey",
    "void_sheet",
]
