from deliberations.querysets.guestbook import BlockQuerySet, MessageQuerySet, MessageTopicQuerySet, OfMessageQuerySet
from deliberations.querysets.hearings import (
    HearingQuerySet,
    IssueQuerySet,
    OfHearingQuerySet,
    OfIssueQuerySet,
    OfVoteQuerySet,
    OutcomeQuerySet,
    RunningQuerySet,
    VoteQuerySet,
)
from deliberations.querysets.mediation import (
    CaseOpeningQuerySet,
    CaseQuerySet,
    MediatorQuerySet,
    OfAccordQuerySet,
    OfCaseQuerySet,
    SealedQuerySet,
)
from deliberations.querysets.reach import OfCommunityQuerySet, within
from deliberations.querysets.surveys import OfSurveyQuerySet, SurveyQuerySet
from deliberations.querysets.wall import WishQuerySet
from organizations.querysets import ReferenceQuerySet

__all__ = [
    "BlockQuerySet",
    "CaseOpeningQuerySet",
    "CaseQuerySet",
    "HearingQuerySet",
    "IssueQuerySet",
    "MediatorQuerySet",
    "MessageQuerySet",
    "MessageTopicQuerySet",
    "OfAccordQuerySet",
    "OfCaseQuerySet",
    "OfCommunityQuerySet",
    "OfHearingQuerySet",
    "OfIssueQuerySet",
    "OfMessageQuerySet",
    "OfSurveyQuerySet",
    "OfVoteQuerySet",
    "OutcomeQuerySet",
    "ReferenceQuerySet",
    "RunningQuerySet",
    "SealedQuerySet",
    "SurveyQuerySet",
    "VoteQuerySet",
    "WishQuerySet",
    "within",
]
