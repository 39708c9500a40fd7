"""A little ground with its people, for the tests of incidents."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image

from accounts.models import Notification
from grids.models import Duty
from patrols.services import incidents
from tests import factories as make

MONDAY = make.at("2026-11-23 09:00")


def jpeg():
    out = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(out, "JPEG")
    return out.getvalue()


def clean_jpeg():
    """What clean_photo returns."""
    return ContentFile(jpeg(), name="photo.jpg")


def told(user):
    return list(Notification.objects.filter(recipient=user).order_by("pk").values_list("text", flat=True))


def refused(call, *args, field=None, **kwargs):
    with pytest.raises(ValidationError) as caught:
        call(*args, **kwargs)
    assert field is None or field in caught.value.error_dict
    return caught.value


class World:
    """A grid with its leader and its worker, the community's clerk, and the street above."""

    def __init__(self):
        self.community = make.make_community()
        self.body = self.community.organization
        self.grid = make.make_grid(self.community)
        self.building = make.make_building(make.make_quarter(self.community), grid=self.grid)
        self.worker = make.make_post(make.make_user("吴网格"), role="grid_worker", organization=self.body)
        self.leader = make.make_post(make.make_user("高网格长"), role="grid_worker", organization=self.body)
        self.duty = self.make_duty(user=self.worker, name="吴网格")
        self.lead = self.make_duty(Duty.Kind.LEADER, user=self.leader, name="高网格长")
        self.clerk = make.make_post(make.make_user("社区小王"), organization=self.body)
        self.street = make.make_post(make.make_user("街道老赵"), role="street_staff", organization=self.body.parent)
        self.matter = make.make_matter("楼道堆物", handling_hours=8)

    def make_duty(self, kind=Duty.Kind.WORKER, **fields):
        return make.make_duty(kind, **{"grid": self.grid, "starts_on": date(2026, 1, 1), **fields})

    def report(self, **fields):
        wanted = {"matter": self.matter, "text": "三楼转角堆着旧家具。", "community": self.community}
        return incidents.report(**{**wanted, "actor": self.worker, "at": MONDAY, **fields})

    def assigned(self, at=MONDAY, **fields):
        incident = incidents.accept(self.report(at=at, **fields), actor=self.clerk, at=at)
        return incidents.assign(incident, duty=self.duty, actor=self.clerk, at=at)
