"""What follows of itself when parts of a split need end, and when a resident does not answer."""

from celery import shared_task
from django.utils import timezone

from checklists.models import Inquiry, Need
from checklists.services import needs
from checklists.tasks.retrying import RETRY


@shared_task(**RETRY)
def settle_split(need_id):
    needs.settle_split(Need.objects.get(pk=need_id))


@shared_task(**RETRY)
def settle_splits():
    """The sweep: split needs whose last part ended while its task was lost."""
    for pk in Need.objects.ended_in_parts().values_list("pk", flat=True):
        settle_split.delay(pk)


@shared_task(**RETRY)
def report_inquiry(inquiry_id):
    needs.report_inquiry(Inquiry.objects.get(pk=inquiry_id))


@shared_task(**RETRY)
def report_inquiries():
    for pk in Inquiry.objects.unanswered(timezone.now()).values_list("pk", flat=True):
        report_inquiry.delay(pk)
