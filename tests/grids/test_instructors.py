"""党建指导员: assessed yearly, withdrawn with a reason, and out of another street's sight."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from grids.models import Instructor, InstructorReview
from grids.services.instructors import end_instructor, review_instructor
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def quarter():
    return make.make_quarter()


@pytest.fixture
def clerk(quarter, client):
    user = make.make_post(organization=quarter.community.organization)
    client.force_login(user)
    return user


@pytest.fixture
def instructor(quarter):
    return Instructor.objects.create(
        quarter=quarter, name="陈老师", phone="13700001111", starts_on=date(TODAY().year - 1, 3, 1)
    )


def url(name, *args):
    return reverse(f"admin:grids_instructor_{name}", args=args)


class TestReview:
    def test_is_one_a_year_and_corrected_by_saying_it_again(self, instructor, clerk):
        for grade in ("competent", "excellent"):
            review_instructor(instructor, year=TODAY().year, grade=grade, actor=clerk)
        assert InstructorReview.objects.get().grade == "excellent"
        for fields, field in (
            ({"year": TODAY().year - 2, "grade": "competent"}, "year"),
            ({"year": TODAY().year + 1, "grade": "competent"}, "year"),
            ({"year": TODAY().year, "grade": "incompetent"}, "note"),
        ):
            with pytest.raises(ValidationError) as refusal:
                review_instructor(instructor, actor=clerk, **fields)
            assert set(refusal.value.error_dict) == {field}

    def test_who_is_not_assessed_is_listed(self, instructor, clerk, client):
        page = client.get(url("changelist"), {"standing": "unreviewed"}).content.decode()
        assert "陈老师" in page
        client.post(url("act", instructor.pk, "review"), {"year": TODAY().year, "grade": "competent"})
        assert "陈老师" not in client.get(url("changelist"), {"standing": "unreviewed"}).content.decode()


class TestEnd:
    def test_has_a_day_and_a_reason(self, instructor, clerk):
        for fields, field in (
            ({"ending": "due", "on": TODAY() + timedelta(days=1)}, "on"),
            ({"ending": "unfit"}, "note"),
            ({"ending": "branch"}, "ending"),
        ):
            with pytest.raises(ValidationError) as refusal:
                end_instructor(instructor, actor=clerk, **fields)
            assert set(refusal.value.error_dict) == {field}
        end_instructor(instructor, ending="unfit", note="半年没有到过小区", on=TODAY() - timedelta(days=1), actor=clerk)
        end_instructor(instructor, ending="due", actor=clerk)
        instructor.refresh_from_db()
        assert instructor.ending == "unfit"
        assert not Instructor.objects.current().exists()

    def test_a_branch_takes_over(self, instructor, quarter, clerk):
        quarter.branch = make.make_branch(quarter.community.organization)
        quarter.save()
        assert end_instructor(instructor, ending="branch", actor=clerk).ends_on == TODAY()


class TestPages:
    def test_page_tells_where_else_within_reach(self, instructor, quarter, clerk, client):
        near, far = make.make_quarter(quarter.community, name="近处的小区"), make.make_quarter(name="远处的小区")
        for other in (near, far):
            Instructor.objects.create(quarter=other, name="陈老师", phone="13700001111")
        page = client.get(url("change", instructor.pk)).content.decode()
        assert "近处的小区" in page and "远处的小区" not in page
        assert "13700001111" not in page

    def test_term_follows_the_setting(self, quarter, clerk, client):
        client.post(
            url("add"), {"quarter": quarter.pk, "name": "周琴", "phone": "13711112222", "starts_on": "2026-01-31"}
        )
        assert Instructor.objects.get().due_on == date(2028, 1, 31)

    def test_refused_input_comes_back(self, instructor, clerk, client):
        answer = client.post(url("act", instructor.pk, "end"), {"ending": "unfit", "on": TODAY(), "note": ""})
        assert answer.status_code == 422 and "撤回的请写明情况" in answer.content.decode()

    def test_others_find_nothing(self, instructor, client):
        stranger = make.make_post(organization=make.make_community().organization)
        client.force_login(stranger)
        for address in (url("change", instructor.pk), url("edit", instructor.pk), url("act", instructor.pk, "end")):
            assert client.get(address).status_code == 404
            assert client.post(address, {"ending": "due", "on": TODAY()}).status_code == 404
        with pytest.raises(PermissionDenied):
            end_instructor(instructor, ending="due", actor=stranger)
