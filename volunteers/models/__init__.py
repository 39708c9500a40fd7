from volunteers.models.ledgers import Certificate, Exchange, HourEntry, PointEntry, PointRule, Star
from volunteers.models.people import Commendation, Correction, Skill, Training, Volunteer
from volunteers.models.positions import Holding, Position, PositionClass
from volunteers.models.reports import Report, ReportEvent, UnitReport, YearReview
from volunteers.models.sessions import Ledger, Series, SeriesException, Session, Signup
from volunteers.models.stations import Good, OpeningHour, Station, StockMove
from volunteers.models.teams import Membership, Muster, MusterAnswer, Team

__all__ = [
    "Certificate",
    "Commendation",
    "Correction",
    "Exchange",
    "Good",
    "Holding",
    "HourEntry",
    "Ledger",
    "Membership",
    "Muster",
    "MusterAnswer",
    "OpeningHour",
    "PointEntry",
    "PointRule",
    "Position",
    "PositionClass",
    "Report",
    "ReportEvent",
    "Series",
    "SeriesException",
    "Session",
    "Signup",
    "Skill",
    "Star",
    "Station",
    "StockMove",
    "Team",
    "Training",
    "UnitReport",
    "Volunteer",
    "YearReview",
]
