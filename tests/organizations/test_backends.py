"""Signing in, and what a post gives and takes."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import Permission
from django.test import RequestFactory
from django.utils import timezone

from accounts.models import User
from organizations.backends import PostBackend
from organizations.models import Organization, Post
from tests import factories as make

pytestmark = pytest.mark.django_db
PHONE = "13812345678"


def fresh(user):
    return User.objects.get(pk=user.pk)


class TestSignIn:
    def sign_in(self, username, password=make.PASSWORD):
        return PostBackend().authenticate(None, username=username, password=password)

    def test_by_name_or_phone(self):
        user = make.make_user(username="wang", phone=PHONE)
        for identifier in ("wang", PHONE, f" {PHONE} "):
            assert self.sign_in(identifier) == user

    @pytest.mark.parametrize(
        ("identifier", "password"),
        [("wang", "wrong"), (PHONE, ""), ("", "x"), (None, "x"), ("wang", None), ("li", "x")],
    )
    def test_refused(self, identifier, password):
        make.make_user(username="wang", phone=PHONE)
        assert self.sign_in(identifier, password) is None

    def test_inactive(self):
        make.make_user(username="wang", is_active=False)
        assert self.sign_in("wang") is None

    def test_user_without_a_phone_is_not_found_by_nothing(self):
        make.make_user(username="wang")
        assert not User.objects.signing_in_as("").exists()

    def test_lock_out_stands_before_it(self, settings):
        settings.AXES_ENABLED = True
        make.make_user(username="wang", phone=PHONE)
        request = RequestFactory().post("/")
        for _ in range(settings.AXES_FAILURE_LIMIT):
            assert authenticate(request, username="wang", password="wrong") is None
        assert authenticate(request, username="wang", password=make.PASSWORD) is None


class TestPermissions:
    def test_come_from_the_posts_role_and_go_with_it(self):
        user, community = make.make_user(), make.make_community()
        assert not user.has_perm("checklists.change_need")
        user = make.make_post(user, organization=community.organization)
        assert user.has_perm("checklists.change_need") and user.is_staff
        user.posts.update(starts_on="2020-01-01", ends_on=timezone.localdate() - timedelta(days=1))
        assert not fresh(user).has_perm("checklists.change_need")
        assert not fresh(user).is_staff

    @pytest.mark.parametrize(
        ("starts", "ends", "holds"), [(0, None, True), (-9, 0, True), (1, None, False), (-9, -1, False)]
    )
    def test_first_and_last_day_count(self, starts, ends, holds):
        today = timezone.localdate()
        user = make.make_post(
            role="supervisor",
            organization=make.make_organization(),
            starts_on=today + timedelta(days=starts),
            ends_on=None if ends is None else today + timedelta(days=ends),
        )
        assert user.has_perm("checklists.supervise_need") is holds

    def test_inactive_user_has_none(self):
        user = make.make_post(organization=make.make_organization())
        User.objects.filter(pk=user.pk).update(is_active=False)
        assert not fresh(user).has_perm("checklists.change_need")
        assert not fresh(user).is_staff

    def test_rows_are_asked_of_the_scope_not_of_has_perm(self):
        community = make.make_community()
        user = make.make_post(organization=community.organization)
        assert not user.has_perm("checklists.change_need", make.make_need(community=community))

    def test_answer_kept_in_a_user_object_does_not_open_rows(self):
        """Django keeps a user's permissions for the life of the object; the rows are asked of the posts themselves."""
        need = make.make_need()
        user = make.make_post(organization=need.community.organization)
        assert user.has_perm("checklists.change_need")
        user.posts.all().delete()
        assert user.has_perm("checklists.change_need"), "the object still remembers"
        assert not type(need).objects.editable_by(user).exists()

    def test_permission_without_a_post_opens_no_rows(self):
        need, user = make.make_need(), make.make_user()
        user.user_permissions.add(Permission.objects.get(codename="change_need"))
        user = fresh(user)
        assert user.has_perm("checklists.change_need") and not type(need).objects.editable_by(user).exists()

    def test_is_staff_costs_one_look(self, django_assert_max_num_queries):
        user = make.make_post(organization=make.make_organization())
        with django_assert_max_num_queries(2):
            assert [user.is_staff for _ in range(5)] == [True] * 5

    @pytest.mark.parametrize(
        ("role", "is_staff"),
        [
            ("platform_admin", True),
            ("safety_admin", True),
            ("auditor", True),
            ("street_staff", True),
            ("community_staff", True),
            ("grid_worker", False),
            ("unit_liaison", False),
            ("supervisor", False),
            ("volunteer", False),
        ],
    )
    def test_workplace_opens_to_office_roles(self, role, is_staff):
        assert make.make_post(role=role).is_staff is is_staff


class TestReach:
    def test_post_reaches_down_never_up_or_aside(self):
        top = make.make_organization(Organization.Kind.INDUSTRY_COMMITTEE)
        mine, sister = (make.make_organization(parent=top) for _ in range(2))
        branch = make.make_organization(Organization.Kind.QUARTER_BRANCH, parent=mine)
        user = make.make_post(organization=mine)
        assert set(Organization.objects.visible_to(user)) == {mine, branch}
        above = make.make_post(role="street_staff", organization=top)
        assert set(Organization.objects.visible_to(above)) == {top, mine, sister, branch}

    def test_post_without_an_organization_covers_everything(self):
        needs = {make.make_need(), make.make_need()}
        assert set(next(iter(needs)).__class__.objects.visible_to(make.make_post(role="supervisor"))) == needs

    def test_role_that_does_not_reach_down_opens_no_tree(self):
        organization = make.make_organization()
        user = make.make_post(role="grid_worker", organization=organization)
        assert not Organization.objects.visible_to(user).exists()

    def test_liaison_post_without_an_organization_opens_only_the_own_unit(self):
        mine, _ = make.make_unit(), make.make_unit()
        liaison = make.make_liaison(mine)
        Post.objects.filter(user=liaison).update(organization=None)
        assert set(type(mine).objects.visible_to(liaison)) == {mine}
