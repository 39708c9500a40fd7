"""民情日记 by people whose only account is their phone."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from patrols.models import Note
from patrols.services.notes import write_note
from tests import factories as make
from tests.volunteers.people import make_volunteer, sign_in
from tests.volunteers.positions import Kind, make_clerk, make_holding, make_position
from volunteers.services import holdings

pytestmark = pytest.mark.django_db
PAGE = "/me/notes/"


def hold(kind, community=None):
    return make_holding(make_position(community or make.make_community(), kind=kind))


def told(holding, **fields):
    return {
        "client_key": str(uuid4()),
        "text": "都说垃圾车来晚了",
        "topic": "environment",
        "holding": holding.pk,
        **fields,
    }


class TestOwnNotes:
    def test_head_of_a_building_writes_once(self, client):
        holding = hold(Kind.BUILDING_HEAD)
        sign_in(client, holding.volunteer)
        typed = told(holding)
        for _ in range(2):
            assert client.post(PAGE, typed).url == reverse("own_notes:create")
        note = Note.objects.get()
        building = holding.position.building
        assert (note.building, note.grid, note.community) == (building, building.grid, holding.position.community)
        assert note.text in client.get(PAGE).content.decode()

    def test_what_is_wrong_stays_typed(self, client):
        holding = hold(Kind.BUILDING_HEAD)
        sign_in(client, holding.volunteer)
        answer = client.post(PAGE, told(holding, text=" ", topic="parking"))
        assert answer.status_code == 422 and "请写一句听到了什么" in answer.content.decode()
        foreign = hold(Kind.BUILDING_HEAD)
        answer = client.post(PAGE, told(foreign))
        assert answer.status_code == 422 and "都说垃圾车来晚了" in answer.content.decode()
        assert not Note.objects.exists()

    def test_over_is_over(self, client):
        holding = hold(Kind.BUILDING_HEAD)
        community, user = holding.position.community, holding.volunteer.user
        holdings.end_holding(holding, reason="搬走", actor=make_clerk(community))
        with pytest.raises(PermissionDenied):
            write_note(community=community, text="听说", actor=user)
        sign_in(client, holding.volunteer)
        assert "还没有要记民情日记的岗位" in client.get(PAGE).content.decode()

    def test_a_general_position_hears_nothing(self, client):
        holding = hold(Kind.GENERAL)
        sign_in(client, holding.volunteer)
        assert client.post(PAGE, told(holding)).status_code == 422
        sign_in(client, make_volunteer(has_account=True))
        assert client.get(PAGE).status_code == 200
