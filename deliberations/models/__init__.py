from deliberations.models.accords import Accord, FollowUp, Signature
from deliberations.models.attendees import Attendee, Speech
from deliberations.models.case_access import CaseOpening, CaseReader
from deliberations.models.dossiers import CasePaper, CaseSession
from deliberations.models.guestbook import (
    Block,
    Flag,
    Message,
    MessagePhoto,
    MessageSupport,
    MessageTopic,
    ModerationAct,
    Reply,
    WatchedWord,
)
from deliberations.models.hearings import AgendaItem, Hearing, HearingEvent, HearingPaper
from deliberations.models.issues import Issue, IssueEvent
from deliberations.models.mediation import Case, CaseEvent, CaseMediator, CaseParty
from deliberations.models.mediators import Mediator
from deliberations.models.outcomes import Opinion, Outcome, OutcomeEvent
from deliberations.models.sheets import Answer, PaperCount, PaperTally, Sheet, SurveyAnswerer, SurveyTicket
from deliberations.models.surveys import (
    Survey,
    SurveyChoice,
    SurveyEvent,
    SurveyGroup,
    SurveyInquiry,
    SurveyQuestion,
)
from deliberations.models.votes import Ballot, BallotCode, Vote
from deliberations.models.wall import Wish

__all__ = [
    "Accord",
    "AgendaItem",
    "Answer",
    "Attendee",
    "Ballot",
    "BallotCode",
    "Block",
    "Case",
    "CaseEvent",
    "CaseMediator",
    "CaseOpening",
    "CasePaper",
    "CaseParty",
    "CaseReader",
    "CaseSession",
    "Flag",
    "FollowUp",
    "Hearing",
    "HearingEvent",
    "HearingPaper",
    "Issue",
    "IssueEvent",
    "Mediator",
    "Message",
    "MessagePhoto",
    "MessageSupport",
    "MessageTopic",
    "ModerationAct",
    "Opinion",
    "Outcome",
    "OutcomeEvent",
    "PaperCount",
    "PaperTally",
    "Reply",
    "Sheet",
    "Signature",
    "Speech",
    "Survey",
    "SurveyAnswerer",
    "SurveyChoice",
    "SurveyEvent",
    "SurveyGroup",
    "SurveyInquiry",
    "SurveyQuestion",
    "SurveyTicket",
    "Vote",
    "WatchedWord",
    "Wish",
]
