"""The door itself: nothing said is nothing seen."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.models import User
from checklists.models import Dispatch, Need, NeedEvent, Proposal, Resource
from govern.scoping import ScopedQuerySet, ScopedRelatedField, is_scoped, restrict
from grids.models import Building, Community, Grid
from organizations.models import Organization, Unit
from tests import factories as make

pytestmark = pytest.mark.django_db
MODELS = [Need, NeedEvent, Dispatch, Proposal, Resource, Community, Building, Grid, Organization, Unit]


@pytest.fixture
def world():
    building = make.make_building()
    grid = make.make_grid(building.quarter.community)
    Building.objects.update(grid=grid)
    need = make.make_need(Need.Status.ACCEPTED, building=building)
    resource = make.make_resource(make.make_unit(need.community.organization), need.category)
    make.make_proposals(need)
    from checklists.services.dispatches import dispatch

    dispatch(need, resource, actor=make.make_superuser())
    return need


@pytest.mark.parametrize("model", MODELS)
class TestDoor:
    def test_strangers_see_nothing(self, world, model):
        assert model.objects.exists()
        inactive = make.make_post(organization=world.community.organization)
        inactive.is_active = False
        for user in (AnonymousUser(), make.make_user(), inactive):
            for rows in (
                model.objects.visible_to(user),
                model.objects.editable_by(user),
                model.objects.deletable_by(user),
            ):
                assert not rows.exists()

    def test_sister_sees_nothing_own_staff_see_all(self, world, model):
        sister = make.make_post(organization=make.make_community(street=world.community.street).organization)
        own = make.make_post(organization=world.community.organization)
        rows = model.objects.visible_to(own)
        assert rows.exists() and rows.count() == rows.distinct().count()
        assert not set(rows) & set(model.objects.visible_to(sister))
        if hasattr(model, "status"):
            assert set(model.objects.editable_by(own)) == set(rows)

    def test_superuser_sees_all(self, world, model):
        assert model.objects.visible_to(make.make_superuser()).count() == model.objects.count()

    def test_one_question_for_any_number_of_rows(self, world, model, django_assert_max_num_queries):
        own = make.make_post(organization=world.community.organization)
        # The right, the keys of communities, buildings and units that the rows hang on, and the rows.
        with django_assert_max_num_queries(8):
            list(model.objects.visible_to(own))


class TestAdapters:
    def test_model_that_says_nothing_shows_nothing(self):
        class Silent(ScopedQuerySet):
            pass

        user = make.make_post(role="supervisor")
        with pytest.raises(NotImplementedError, match="Need"):
            Silent(Need).visible_to(user)

    def test_every_own_model_is_scoped(self):
        from django.apps import apps

        own = ("accounts", "organizations", "grids", "checklists", "dashboards")
        for app in own:
            for model in apps.get_app_config(app).get_models():
                assert is_scoped(model), model

    def test_restrict_leaves_foreign_models_whole(self):
        from django.contrib.auth.models import Permission

        rows = Permission.objects.all()
        assert restrict(rows, make.make_user()) is rows
        assert not restrict(User.objects.all(), make.make_user()).exists()

    def test_serializer_field_knows_only_own_rows(self, world):
        from types import SimpleNamespace

        from rest_framework import serializers

        class Form(serializers.Serializer):
            need = ScopedRelatedField(queryset=Need.objects.all())

        def is_valid(user):
            request = SimpleNamespace(user=user)
            return Form(data={"need": world.pk}, context={"request": request}).is_valid()

        assert is_valid(make.make_post(organization=world.community.organization))
        assert not is_valid(make.make_post(organization=make.make_organization()))

    def test_scope_survives_slicing_filters_and_unions(self, world):
        own = make.make_post(organization=world.community.organization)
        rows = Need.objects.filter(status="dispatched").visible_to(own).order_by("pk")[:5]
        assert list(rows) == [world] and isinstance(rows, models.QuerySet)
