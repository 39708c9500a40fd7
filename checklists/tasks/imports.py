from celery import shared_task

from accounts.models import User
from checklists.services import imports
from checklists.tasks.retrying import RETRY


@shared_task(soft_time_limit=280, time_limit=290)
def import_list(checklist, token, user_id):
    """A long file takes some twenty milliseconds a line, all in one transaction: a kind of task of its own."""
    imports.run_kept(checklist, token, actor=User.objects.get(pk=user_id))


@shared_task(**RETRY)
def clear_imports():
    """The files that nobody confirmed hold residents' data."""
    imports.clear()
