import pytest
from django.contrib.sessions.backends.base import UpdateError

from govern.sessions import SessionStore

pytestmark = pytest.mark.django_db


def stored(key):
    return dict(SessionStore(key).items())


@pytest.fixture
def key():
    session = SessionStore()
    session.update({"place": 1, "forms": {"a": ""}})
    session.save()
    return session.session_key


class TestTwoRequestsAtOnce:
    def test_slower_one_keeps_what_the_other_noted(self, key):
        slow, quick = SessionStore(key), SessionStore(key)
        assert slow["place"] == quick["place"] == 1
        quick["forms"] = {"a": "K7M29QXD"}
        quick["drafts"] = ["one.jpg"]
        quick.save()
        slow["place"] = 2
        slow.save()
        assert stored(key) == {"place": 2, "forms": {"a": "K7M29QXD"}, "drafts": ["one.jpg"]}

    def test_one_that_only_read_writes_nothing_back(self, key):
        slow, quick = SessionStore(key), SessionStore(key)
        assert slow["place"] == 1
        quick["place"] = 3
        quick.save()
        slow.save()
        assert stored(key)["place"] == 3

    def test_what_was_taken_away_stays_away(self, key):
        slow, quick = SessionStore(key), SessionStore(key)
        assert slow["place"] == 1
        del quick["place"]
        quick.save()
        slow["drafts"] = []
        slow.save()
        assert stored(key) == {"forms": {"a": ""}, "drafts": []}

    def test_change_inside_a_value_is_a_change(self, key):
        session = SessionStore(key)
        session["forms"]["b"] = ""
        session.save()
        assert stored(key)["forms"] == {"a": "", "b": ""}


class TestEnded:
    def test_signed_out_elsewhere_is_not_written_back(self, key):
        session = SessionStore(key)
        assert session["place"] == 1
        SessionStore(key).flush()
        for change in ({}, {"place": 4}):
            session.update(change)
            with pytest.raises(UpdateError):
                session.save()

    def test_new_key_takes_everything_along(self, key):
        session = SessionStore(key)
        session.cycle_key()
        session.save()
        assert stored(session.session_key) == {"place": 1, "forms": {"a": ""}}
        assert not SessionStore().exists(key)
