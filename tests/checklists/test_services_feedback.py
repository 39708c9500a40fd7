"""双向评价: once, by its unit, when its part is over; and the no-shows of a phone number."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from checklists.models import Dispatch, NeedEvent
from checklists.services import dispatches
from checklists.services.feedback import give_feedback
from tests import factories as make

pytestmark = pytest.mark.django_db
UNIT = NeedEvent.Party.UNIT


def row_of(status, **fields):
    return make.make_need(status, **fields).dispatches.get()


class TestFeedback:
    def test_is_kept_once(self):
        row = give_feedback(row_of("done"), actor=UNIT, feedback="hard", note="找不到人", is_no_show=True)
        assert (row.feedback, row.is_no_show, bool(row.feedback_at)) == ("hard", True, True)
        assert give_feedback(row, actor=UNIT, feedback="hard", note="找不到人") == row
        with pytest.raises(ValidationError, match="已经评价过"):
            give_feedback(row, actor=UNIT, feedback="smooth")

    @pytest.mark.parametrize("status", ["dispatched", "taken", "in_service"])
    def test_is_not_taken_before_the_end(self, status):
        with pytest.raises(ValidationError, match="办好以后"):
            give_feedback(row_of(status), actor=UNIT, feedback="smooth")

    def test_follows_a_no_show(self):
        row = dispatches.decline(row_of("taken"), actor=UNIT, reason="no_show")
        assert Dispatch.objects.get(pk=row.pk).is_no_show
        assert give_feedback(row, actor=UNIT, feedback="fair").is_no_show
        other = dispatches.decline(row_of("taken"), actor=UNIT, reason="no_time")
        with pytest.raises(ValidationError):
            give_feedback(other, actor=UNIT, feedback="fair")

    def test_is_the_units_own(self):
        row = row_of("done")
        with pytest.raises(PermissionDenied):
            give_feedback(row, actor=make.make_liaison(make.make_unit()), feedback="smooth")
        clerk = make.make_post(organization=row.need.community.organization)
        with pytest.raises(PermissionDenied):
            give_feedback(row, actor=clerk, feedback="smooth")
        assert give_feedback(row, actor=make.make_liaison(row.resource.unit), feedback="smooth").feedback

    def test_wants_one_of_the_words(self):
        with pytest.raises(ValidationError):
            give_feedback(row_of("done"), actor=UNIT, feedback="great")


class TestNoShows:
    def test_are_told_to_staff_within_their_reach(self, client):
        phone = "13912345678"
        first = row_of("taken", contact_phone=phone)
        dispatches.decline(first, actor=UNIT, reason="no_show")
        far = row_of("taken", contact_phone=phone)
        dispatches.decline(far, actor=UNIT, reason="no_show")
        need = make.make_need(community=first.need.community, contact_phone=phone)
        client.force_login(make.make_post(organization=need.community.organization))
        page = client.get(f"/admin/checklists/need/{need.pk}/change/").content.decode()
        assert "此手机号有 1 次爽约" in page
        client.force_login(make.make_superuser())
        assert "此手机号有 2 次爽约" in client.get(f"/admin/checklists/need/{need.pk}/change/").content.decode()
