from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import Notification
from govern.celery import app
from grids.models import Duty
from grids.services.grids import merge_grids
from tests import factories as make
from tests.volunteers.positions import make_claim, make_clerk, make_holding, make_position
from volunteers.models import Holding, Position, PositionClass, Skill
from volunteers.services import positions
from volunteers.tasks.positions import settle_positions

TODAY = timezone.localdate
Kind, Status, Held = Position.Kind, Position.Status, Holding.Status
DAY = timedelta(days=1)


@pytest.fixture
def community(db):
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


def saved(position, actor, **changes):
    for name, value in changes.items():
        setattr(position, name, value)
    return positions.save_position(position, skills=[], actor=actor)


class TestWritten:
    def test_published_closed_and_opened_again(self, community, clerk):
        position = make_position(community, status="drafted")
        assert positions.publish(position, actor=clerk).status == Status.OPEN
        claimed, waiting = make_claim(position), make_claim(position)
        positions.close(position, actor=clerk)
        Holding.objects.filter(pk=claimed.pk).update(status=Held.WITHDRAWN)
        positions.publish(position, actor=clerk)
        waiting.refresh_from_db()
        assert waiting.status == Held.CLAIMED
        with pytest.raises(ValidationError, match="届满"):
            term = {"starts_on": TODAY() - 9 * DAY, "ends_on": TODAY() - DAY}
            positions.publish(make_position(community, status="closed", **term), actor=clerk)
        with pytest.raises(PermissionDenied):
            positions.close(position, actor=make_clerk(make.make_community()))

    def test_not_fewer_places_than_people_and_the_line_follows_the_number(self, community, clerk):
        position = make_position(community, headcount=2)
        make_holding(position, actor=clerk)
        rows = [make_claim(position) for _ in range(2)]
        saved(position, clerk, headcount=1)
        assert [Holding.objects.get(pk=row.pk).status for row in rows] == [Held.WAITING, Held.WAITING]
        saved(position, clerk, headcount=3)
        assert [Holding.objects.get(pk=row.pk).status for row in rows] == [Held.CLAIMED, Held.CLAIMED]
        make_holding(position, rows[0].volunteer, actor=clerk)
        with pytest.raises(ValidationError) as refusal:
            saved(position, clerk, headcount=1)
        assert "headcount" in refusal.value.error_dict

    def test_only_on_ground_of_the_community(self, community, clerk):
        table = {
            "building": (Kind.BUILDING_HEAD, make.make_building()),
            "grid": (Kind.GRID_WORKER, make.make_grid()),
            "branch": (Kind.HOUSEHOLD, community.organization),
        }
        for field, (kind, ground) in table.items():
            fields = {"position_class": PositionClass.objects.first(), "title": "岗位", "text": "做事"}
            with pytest.raises(ValidationError) as refusal:
                saved(Position(community=community, kind=kind, **{field: ground}, **fields), clerk)
            assert field in refusal.value.error_dict, field

    def test_where_it_is_stays_once_it_was_claimed(self, community, clerk):
        position = make_position(community)
        make_claim(position)
        with pytest.raises(ValidationError, match="不能再改"):
            saved(position, clerk, kind=Kind.GRID_WORKER, grid=make.make_grid(community))

    def test_a_new_term_is_that_of_the_duty(self, community, clerk):
        position = make_position(community, kind=Kind.BUILDING_HEAD, ends_on=TODAY() + 9 * DAY)
        make_holding(position, actor=clerk)
        saved(position, clerk, ends_on=TODAY() + 99 * DAY)
        assert Duty.objects.get().ends_on == TODAY() + 99 * DAY
        saved(position, clerk, ends_on=None)
        assert Duty.objects.get().ends_on is None

    def test_copied_it_waits_to_be_published(self, community, clerk):
        position = make_position(community, skills=Skill.objects.all()[:2], headcount=4)
        copied = positions.copy_position(position, actor=clerk)
        assert (copied.status, copied.headcount, copied.skills.count()) == (Status.DRAFTED, 4, 2)
        assert Position.objects.count() == 2

    def test_it_goes_where_its_grid_goes(self, community):
        one, other = (make.make_grid(community) for _ in range(2))
        position = make_position(community, kind=Kind.GRID_WORKER, grid=one)
        past = make_position(community, kind=Kind.GRID_WORKER, grid=one, status="closed")
        merge_grids(one, into=other, reason="调整", actor=make.make_superuser())
        position.refresh_from_db()
        past.refresh_from_db()
        assert (position.grid, past.grid) == (other, one)


@pytest.fixture
def at_once():
    """Tasks run where they are queued."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


@pytest.mark.usefixtures("at_once")
class TestTerm:
    @pytest.fixture
    def position(self, community):
        return make_position(community, ends_on=TODAY() + 9 * DAY)

    def test_told_once_before_it_ends(self, position, clerk):
        row = make_holding(position, actor=clerk)
        for _ in range(2):
            settle_positions()
        for user in (clerk, row.volunteer.user):
            assert Notification.objects.filter(recipient=user, text__contains="为止").count() == 1

    def test_ended_by_the_sweep_and_never_shown_as_held_meanwhile(self, position, clerk):
        row = make_holding(position, actor=clerk)
        Position.objects.update(starts_on=TODAY() - 9 * DAY, ends_on=TODAY() - DAY)
        assert not Holding.objects.held().exists()
        settle_positions()
        row.refresh_from_db()
        assert (row.status, row.ended_on) == (Held.ENDED, TODAY() - DAY)

    def test_nothing_due_nothing_done(self, community, clerk):
        make_holding(make_position(community), actor=clerk)
        settle_positions()
        assert Holding.objects.held().count() == 1
