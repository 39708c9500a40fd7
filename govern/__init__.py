# Without this import `.delay()` in a view would look for the default amqp broker.
from govern.celery import app as celery_app

__all__ = ["celery_app"]
