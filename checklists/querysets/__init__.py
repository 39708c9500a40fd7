from checklists.querysets.activities import ActivityQuerySet, EnrolmentQuerySet, OfActivityQuerySet
from checklists.querysets.categories import CategoryQuerySet
from checklists.querysets.dispatches import DispatchQuerySet
from checklists.querysets.needs import (
    NeedEventQuerySet,
    NeedPhotoQuerySet,
    NeedQuerySet,
    OfNeedQuerySet,
    ProposalQuerySet,
    counted,
)
from checklists.querysets.projects import (
    AppraisalQuerySet,
    BidQuerySet,
    EvidenceQuerySet,
    OfProjectQuerySet,
    ProjectQuerySet,
)
from checklists.querysets.publications import PublicationQuerySet
from checklists.querysets.resources import OfResourceQuerySet, ResourceQuerySet
from checklists.querysets.rotas import RotaQuerySet, TurnQuerySet, TurnSwapQuerySet
from checklists.querysets.runs import AssignmentQuerySet, RunQuerySet
from checklists.querysets.voices import InquiryQuerySet, StandardAnswerQuerySet

__all__ = [
    "ActivityQuerySet",
    "AppraisalQuerySet",
    "AssignmentQuerySet",
    "BidQuerySet",
    "CategoryQuerySet",
    "DispatchQuerySet",
    "EnrolmentQuerySet",
    "InquiryQuerySet",
    "NeedEventQuerySet",
    "NeedPhotoQuerySet",
    "NeedQuerySet",
    "OfActivityQuerySet",
    "OfNeedQuerySet",
    "EvidenceQuerySet",
    "OfProjectQuerySet",
    "OfResourceQuerySet",
    "ProjectQuerySet",
    "ProposalQuerySet",
    "PublicationQuerySet",
    "ResourceQuerySet",
    "RotaQuerySet",
    "RunQuerySet",
    "StandardAnswerQuerySet",
    "TurnQuerySet",
    "TurnSwapQuerySet",
    "counted",
]
