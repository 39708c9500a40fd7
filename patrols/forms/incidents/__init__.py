"""巡查事件: 下一步, what may be done with one now and by whom; and 登记, when staff file it for somebody."""

from patrols.forms.incidents.acts import (
    Accept,
    Assign,
    HandBack,
    Handle,
    Merge,
    Pass,
    Resume,
    Return,
    Rework,
    Suspend,
)
from patrols.forms.incidents.filing import IncidentForm
from patrols.forms.incidents.levels import EndWhistle, Escalate, HandDown, Register, TakeUp, Whistle
from patrols.services import incidents

STEPS = (
    Accept,
    Assign,
    Pass,
    Rework,
    TakeUp,
    Handle,
    Resume,
    HandBack,
    Whistle,
    Register,
    EndWhistle,
    Escalate,
    HandDown,
    Suspend,
    Merge,
    Return,
)


def steps_of(incident, user, bound=None):
    """[form] of what `user` may do with it now; the `bound` one as it came back, with its errors."""
    rights = {
        "direct": incidents.may_direct(incident, user),
        "handle": incidents.may_handle(incident, user),
        "whistle": incidents.may_whistle(incident, user),
    }
    forms_now = [
        bound if isinstance(bound, step) else step(subject=incident, user=user)
        for step in STEPS
        if rights[step.right] and step.is_offered(incident)
    ]
    return forms_now if bound is None or bound in forms_now else [bound, *forms_now]


__all__ = ["STEPS", "IncidentForm", "steps_of"]
