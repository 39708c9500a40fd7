"""How a ballot code reaches its person: on a slip of paper, or on their phone."""

from django.conf import settings
from django.urls import reverse

from accounts import channels
from deliberations import ballot_codes
from deliberations.services.hearings import ballots


def ballot_address(vote, code=""):
    """The code stands behind the #: it is never sent with the address, and no server's log has it."""
    page = settings.PUBLIC_URL + reverse("hearings:ballot", args=[vote.hearing.code])
    return f"{page}#{code}" if code else page


def send_code(vote, attendee):
    """Draw a code and send it; where the channel fails the code is gone with it, and NotSent is raised."""
    code = ballots.issue_code(vote, attendee)
    words = (
        f"{vote.hearing.title}：您的选票码 {ballot_codes.spoken(code)}，只能用一次，不要给别人看。"
        f"投票：{ballot_address(vote, code)}"
    )
    try:
        channels.send(attendee.phone, words)
    except channels.NotSent:
        vote.codes.filter(attendee=attendee, is_used=False).delete()
        raise


def queue_codes(vote):
    """A task for each who has no code yet; how many."""
    from deliberations.tasks.hearings import send_ballot_code

    keys = list(ballots.without_code(vote).order_by("pk").values_list("pk", flat=True))
    for pk in keys:
        send_ballot_code.delay_on_commit(vote.pk, pk)
    return len(keys)
