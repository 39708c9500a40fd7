"""The session in the database, of which a request writes only what it changed.

Django writes the whole of it at the end of each request: of two at once the slower would undo what the other one
noted, a photo that waits for its form to come back, or that the form was sent already.
"""

from copy import deepcopy

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSession
from django.db import router, transaction

MISSING = object()


class SessionStore(DatabaseSession):
    known = {}  # as the row was when it was read or written last

    def load(self):
        found = super().load()
        self.known = deepcopy(found)
        return found

    def save(self, must_create=False):
        mine = self._get_session(no_load=must_create)
        if must_create or self.session_key is None:
            super().save(must_create)
        else:
            with transaction.atomic(using=router.db_for_write(self.model)):
                if mine == self.known:
                    self._live_on()
                else:
                    self._session_cache = self._merged(mine)
                    self.create_model_instance(self._session_cache).save(force_update=True)
        self.known = deepcopy(self._session_cache)

    def _live_on(self):
        """Nothing has changed but the hour."""
        rows = self.model.objects.filter(session_key=self.session_key)
        if not rows.update(expire_date=self.get_expiry_date()):
            raise UpdateError

    def _merged(self, mine):
        """What stands in the row now, locked, with the keys that this request set or took away."""
        row = self.model.objects.select_for_update().filter(session_key=self.session_key).first()
        if row is None:
            raise UpdateError
        merged = row.get_decoded()
        for key in mine.keys() | self.known.keys():
            value = mine.get(key, MISSING)
            if value is MISSING:
                merged.pop(key, None)
            elif value != self.known.get(key, MISSING):
                merged[key] = value
        return merged
