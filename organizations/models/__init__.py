from organizations.models.agreements import Agreement
from organizations.models.calendars import CalendarDay
from organizations.models.history import OrganizationEvent, OrganizationVersion
from organizations.models.leadership import LeadershipTerm
from organizations.models.league_meetings import LeagueAttendance, LeagueMeeting, Resolution
from organizations.models.leagues import Councillor, League, LeagueEvent, LeagueMember, LeaguePlanItem
from organizations.models.meetings import Attendance, Meeting, MeetingEvent, MeetingPhoto, MemberGrade
from organizations.models.members import MemberEvent, PartyMember
from organizations.models.organizations import Organization
from organizations.models.parameters import Parameter, ParameterValue
from organizations.models.posts import Post, Role
from organizations.models.talks import Talk
from organizations.models.terms import Candidacy, Election, ElectionEvent, Term
from organizations.models.transfers import Transfer, TransferEvent
from organizations.models.unit_appraisals import AppraisalEvidence, UnitAppraisal
from organizations.models.units import Unit

__all__ = [
    "Agreement",
    "AppraisalEvidence",
    "Attendance",
    "CalendarDay",
    "Candidacy",
    "Councillor",
    "Election",
    "ElectionEvent",
    "LeadershipTerm",
    "League",
    "LeagueAttendance",
    "LeagueEvent",
    "LeagueMeeting",
    "LeagueMember",
    "LeaguePlanItem",
    "Meeting",
    "MeetingEvent",
    "MeetingPhoto",
    "MemberEvent",
    "MemberGrade",
    "Organization",
    "OrganizationEvent",
    "OrganizationVersion",
    "Parameter",
    "ParameterValue",
    "PartyMember",
    "Post",
    "Resolution",
    "Role",
    "Talk",
    "Term",
    "Transfer",
    "TransferEvent",
    "Unit",
    "UnitAppraisal",
]
