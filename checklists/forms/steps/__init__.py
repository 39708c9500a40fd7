"""下一步: each thing staff can do with a need, in the order in which the page offers them."""

from checklists.forms.steps.claims import (
    ApproveClaim,
    CloseToClaim,
    OfferTo,
    OpenToClaim,
    RecallClaim,
    RefuseClaim,
)
from checklists.forms.steps.handling import Close, Finish, FollowUp, Resume, StartOwnService, Suspend, Withdraw
from checklists.forms.steps.intake import Accept, AcceptReopening, Correct, Merge, Reject
from checklists.forms.steps.passing import Ask, Escalate, EscalateFurther, HandDown, HandOff, TakeBack
from checklists.forms.steps.units import BookHalfDay, DispatchTo, OpenToGrab, Recall, StopGrab

STEPS = (
    Accept,
    AcceptReopening,
    DispatchTo,
    ApproveClaim,
    Resume,
    Finish,
    FollowUp,
    StartOwnService,
    Close,
    Suspend,
    BookHalfDay,
    OpenToGrab,
    StopGrab,
    OpenToClaim,
    CloseToClaim,
    OfferTo,
    RefuseClaim,
    RecallClaim,
    Recall,
    HandDown,
    TakeBack,
    Ask,
    Escalate,
    EscalateFurther,
    HandOff,
    Merge,
    Correct,
    Reject,
    Withdraw,
)


def steps_for(need):
    """The step classes that `need` offers now."""
    return [step for step in STEPS if step.is_offered(need)]
