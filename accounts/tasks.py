"""When, and again. Arguments are ids."""

from celery import shared_task
from django.utils.module_loading import import_string

from accounts import phone_codes
from accounts.models import User
from accounts.services import notify
from govern.imports import runs


@shared_task(soft_time_limit=280, time_limit=290)
def import_file(filling, token, user_id):
    """A long file of the Filling at that dotted path takes minutes, all in one transaction; told in the inbox."""
    user = User.objects.get(pk=user_id)
    filling = import_string(filling)(user)
    link = filling.page("import_preview", token)
    runs.run_kept(filling, token, tell=lambda words: notify([user], text=words, link=link))


@shared_task
def forget_phone_codes():
    phone_codes.forget_codes()
