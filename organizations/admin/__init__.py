from organizations.admin.agreements import AgreementAdmin
from organizations.admin.calendars import CalendarDayAdmin
from organizations.admin.leadership import LeadershipTermAdmin
from organizations.admin.league_meetings import LeagueMeetingAdmin, ResolutionAdmin
from organizations.admin.leagues import CouncillorAdmin, LeagueAdmin, LeaguePlanItemAdmin
from organizations.admin.meetings import MeetingAdmin
from organizations.admin.members import PartyMemberAdmin
from organizations.admin.organizations import OrganizationAdmin
from organizations.admin.parameters import ParameterAdmin
from organizations.admin.posts import AccountAdmin, PostAdmin, RoleAdmin
from organizations.admin.talks import TalkAdmin
from organizations.admin.terms import ElectionAdmin, TermAdmin
from organizations.admin.transfers import TransferAdmin
from organizations.admin.unit_appraisals import UnitAppraisalAdmin
from organizations.admin.units import UnitAdmin

__all__ = [
    "AccountAdmin",
    "AgreementAdmin",
    "CalendarDayAdmin",
    "CouncillorAdmin",
    "ElectionAdmin",
    "LeadershipTermAdmin",
    "LeagueAdmin",
    "LeagueMeetingAdmin",
    "LeaguePlanItemAdmin",
    "MeetingAdmin",
    "OrganizationAdmin",
    "ParameterAdmin",
    "PartyMemberAdmin",
    "PostAdmin",
    "ResolutionAdmin",
    "RoleAdmin",
    "TalkAdmin",
    "TermAdmin",
    "TransferAdmin",
    "UnitAdmin",
    "UnitAppraisalAdmin",
]
