"""The clocks of mediation. Arguments are ids; the rows and the inboxes say who was told already."""

from celery import shared_task

from accounts import channels
from checklists.tasks.retrying import RETRY
from deliberations.models import Case, CaseParty
from deliberations.services.cases import reminding


@shared_task(**RETRY)
def remind_case(case_id):
    case = Case.objects.get(pk=case_id)
    reminding.remind_case(case)
    for pk in reminding.parties_to_tell(case):
        text_party.delay(pk)


@shared_task(autoretry_for=(channels.NotSent,), retry_backoff=True, max_retries=3)
def text_party(party_id):
    party = CaseParty.objects.select_related("case__community", "case__accord").get(pk=party_id)
    channels.send(party.phone, reminding.text_for(party))


@shared_task(**RETRY)
def remind_cases():
    for pk in reminding.to_remind().order_by("pk").values_list("pk", flat=True):
        remind_case.delay(pk)
