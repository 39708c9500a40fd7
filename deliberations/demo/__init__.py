from deliberations.demo.cases import Cases
from deliberations.demo.hearings import Hearings
from deliberations.demo.meetings import Meetings
from deliberations.demo.messages import Messages
from deliberations.demo.moderation import Moderation
from deliberations.demo.surveys import Surveys
from deliberations.demo.wishes import Wishes

# In the order in which one needs another's rows.
PARTS = (Wishes, Cases, Hearings, Meetings, Messages, Moderation, Surveys)
