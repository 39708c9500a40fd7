from patrols.models.counters import FieldDesk, Intake, Ticket
from patrols.models.incidents import Arrival, Incident, IncidentEvent, IncidentPhoto, Whistle
from patrols.models.matters import Admission, AdmissionEvent, Errand, ErrandShare, Matter
from patrols.models.notes import Note
from patrols.models.rounds import Check, CheckItem, Round
from patrols.models.visits import CareHousehold, Visit

__all__ = [
    "Admission",
    "AdmissionEvent",
    "Arrival",
    "CareHousehold",
    "Check",
    "CheckItem",
    "Errand",
    "ErrandShare",
    "FieldDesk",
    "Incident",
    "IncidentEvent",
    "IncidentPhoto",
    "Intake",
    "Matter",
    "Note",
    "Round",
    "Ticket",
    "Visit",
    "Whistle",
]
