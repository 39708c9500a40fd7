from volunteers.tasks.musters import call_by_phone
from volunteers.tasks.positions import remind_term, settle_position, settle_positions
from volunteers.tasks.reports import remind_all_reports, remind_reports
from volunteers.tasks.sessions import (
    close_session,
    close_sessions,
    fill_all_series,
    fill_series,
    remind_session,
    remind_sessions,
)
from volunteers.tasks.stars import award_star, publish_stars, sweep_stars
from volunteers.tasks.year_reviews import remind_community_reviews, remind_year_reviews

__all__ = [
    "close_session",
    "close_sessions",
    "fill_all_series",
    "fill_series",
    "remind_session",
    "remind_sessions",
    "award_star",
    "publish_stars",
    "sweep_stars",
    "call_by_phone",
    "remind_term",
    "settle_position",
    "settle_positions",
    "remind_all_reports",
    "remind_reports",
    "remind_community_reviews",
    "remind_year_reviews",
]
