import logging
import os
import time
from functools import partial

from celery import Celery
from celery.contrib.django.task import DjangoTask
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govern.settings.prod")
log = logging.getLogger(__name__)


class Hint(DjangoTask):
    """A task asked for on commit is a hint, and never the only trace of what is owed: the row is, and a sweep reads it.

    So a broker that is away costs whoever committed at most a moment, and no error: the change has been made.
    """

    PAUSE = 5  # seconds in which nobody else waits for a broker that has just not answered
    is_away_until = 0.0  # of this process, for all tasks, by the monotonic clock

    def delay_on_commit(self, *args, **kwargs):
        transaction.on_commit(partial(self.hint, *args, **kwargs))

    def hint(self, *args, **kwargs):
        if time.monotonic() < Hint.is_away_until:
            return
        try:
            self.delay(*args, **kwargs)
        except (OperationalError, OSError) as error:
            Hint.is_away_until = time.monotonic() + self.PAUSE
            log.warning("the broker is away, its sweep will find what %s was for: %s", self.name, error)


app = Celery("govern", task_cls=Hint)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
