from celery import shared_task

from deliberations.services import mediators


@shared_task
def remind_of_terms():
    return mediators.remind_of_terms()
