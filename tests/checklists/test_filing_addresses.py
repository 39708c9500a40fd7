"""代居民登记 by an address in words."""

import pytest
from django.urls import reverse

from checklists.models import Need
from tests import factories as make

pytestmark = pytest.mark.django_db
PAGE = "admin:checklists_need_add"


@pytest.fixture
def community():
    return make.make_community(name="红星社区")


@pytest.fixture
def three(community):
    return make.make_building(make.make_quarter(community, name="翡翠湾"), name="3栋")


@pytest.fixture
def clerk(community, client):
    user = make.make_post(organization=community.organization)
    client.force_login(user)
    return user


def row(**fields):
    return {
        "channel": "phone",
        "category": make.make_category().pk,
        "text": "楼道灯不亮",
        "urgency": 1,
        "target_group": 4,
        "people_count": 1,
        "contact_name": "张阿姨",
        "contact_phone": "13800001234",
        "consent": "on",
        **fields,
    }


def test_one_whole_address_is_enough(client, clerk, three):
    response = client.post(reverse(PAGE), row(address="翡翠湾三号楼2-501"))
    need = Need.objects.get()
    assert response.status_code == 302
    assert (need.building, need.community, need.address_detail) == (three, three.quarter.community, "2单元501")


def test_of_several_one_is_chosen(client, clerk, community, three):
    other = make.make_building(make.make_quarter(community, name="翡翠湾小区"), name="3栋")
    asked = client.post(reverse(PAGE), row(address="翡翠湾3栋"))
    assert "有几栋楼都符合" in asked.content.decode() and f'name="found" value="{other.pk}"' in asked.content.decode()
    client.post(reverse(PAGE), row(address="翡翠湾3栋1单元302", found=other.pk))
    need = Need.objects.get()
    assert (need.building, need.address_detail) == (other, "1单元302")


def test_unknown_or_elsewhere_is_told_beside_it(client, clerk, three):
    far = make.make_building(make.make_quarter(name="碧水湾"), name="3栋")
    for address in ("没有的小区9栋", "碧水湾3栋"):
        answer = client.post(reverse(PAGE), row(address=address)).content.decode()
        assert "没有找到这栋楼" in answer and "碧水湾3栋 " not in answer.replace(f'value="{address}"', "")
    assert "不在您的辖区" in client.post(reverse(PAGE), row(found=far.pk)).content.decode()
    assert not Need.objects.exists()


def test_with_the_community_named_it_stays_as_it_was_said(client, clerk, community, three):
    client.post(reverse(PAGE), row(address="中心广场喷泉旁", community=community.pk))
    need = Need.objects.get()
    assert (need.building, need.address_detail) == (None, "中心广场喷泉旁")


def test_proposed_while_it_is_typed_and_kept_when_the_category_changes(client, clerk, three):
    part = client.get(reverse("grids:building_find"), {"address": "翡翠湾3栋"}, HTTP_HX_REQUEST="true")
    assert f'name="found" value="{three.pk}"' in part.content.decode()
    kept = client.post(
        reverse(PAGE), row(address="翡翠湾3栋", found=three.pk), HTTP_HX_REQUEST="true", HTTP_HX_TRIGGER_NAME="category"
    )
    assert f'value="{three.pk}" checked' in kept.content.decode()
