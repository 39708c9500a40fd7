"""留言审核: 下一步, what may be done with a message now and by whom."""

from deliberations.forms.moderation.acts import (
    Block,
    Dismiss,
    DismissFlags,
    Hide,
    Publish,
    Refuse,
    Restore,
    Uphold,
)
from deliberations.forms.moderation.answers import MakeCase, MakeIssue, MakeNeed, Reply
from deliberations.forms.moderation.covers import CoverPhoto, CoverText
from deliberations.forms.moderation.reasons import MessageAct

STEPS = (
    Publish,
    Refuse,
    Uphold,
    Dismiss,
    DismissFlags,
    Hide,
    Reply,
    Restore,
    CoverText,
    CoverPhoto,
    MakeNeed,
    MakeCase,
    MakeIssue,
    Block,
)

__all__ = ["STEPS", "CoverPhoto", "CoverText", "MessageAct"]
