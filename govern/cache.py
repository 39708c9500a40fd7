import logging

from django.core.cache.backends import redis
from redis import RedisError

log = logging.getLogger(__name__)


class RedisCache(redis.RedisCache):
    """As an empty cache while Redis is away: what is kept here may be lost at any time, and costs no page.

    Rate limits count nothing then. What they guard has a second lock: a receipt code is one of 31**8.
    """

    def add(self, key, *args, **kwargs):
        return self._ask(super().add, key, *args, **kwargs, missing=True)

    def get(self, key, default=None, **kwargs):
        return self._ask(super().get, key, default, **kwargs, missing=default)

    def set(self, key, *args, **kwargs):
        return self._ask(super().set, key, *args, **kwargs, missing=None)

    def incr(self, key, delta=1, **kwargs):
        return self._ask(super().incr, key, delta, **kwargs, missing=delta)

    def _ask(self, method, *args, missing, **kwargs):
        try:
            return method(*args, **kwargs)
        except RedisError as error:
            log.warning("the cache is away: %s", error)
            return missing
