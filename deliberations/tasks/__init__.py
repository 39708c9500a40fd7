from deliberations.tasks.calling import tell_called, tell_untold_attendees
from deliberations.tasks.hearings import (
    remind_aftermath,
    remind_answers,
    remind_hearing,
    remind_hearings,
    remind_outcome,
    send_ballot_code,
    tell_attendee,
)
from deliberations.tasks.issues import tell_author
from deliberations.tasks.mediation import remind_case, remind_cases, text_party
from deliberations.tasks.mediators import remind_of_terms
from deliberations.tasks.messages import remind_all_messages, remind_messages, tell_message_author
from deliberations.tasks.moderation import tell_moderation_act
from deliberations.tasks.surveys import close_over_survey, close_over_surveys, remind_surveys

__all__ = [
    "close_over_survey",
    "close_over_surveys",
    "remind_surveys",
    "remind_aftermath",
    "remind_answers",
    "remind_hearing",
    "remind_hearings",
    "remind_outcome",
    "send_ballot_code",
    "tell_attendee",
    "remind_case",
    "remind_cases",
    "text_party",
    "remind_all_messages",
    "remind_messages",
    "remind_of_terms",
    "tell_called",
    "tell_author",
    "tell_message_author",
    "tell_moderation_act",
    "tell_untold_attendees",
]
