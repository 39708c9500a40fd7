"""交办任务: only what is admitted is pushed to grids, and each grid finishes its own share."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Notification
from patrols.models import Errand, ErrandShare
from patrols.services import errands
from tests import factories as make
from tests.checklists.residents import words_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def in_a_week():
    return TODAY() + timedelta(days=7)


@pytest.fixture
def grid():
    return make.make_grid()


@pytest.fixture
def body(grid):
    return grid.communities.get().organization


@pytest.fixture
def clerk(body, client):
    user = make.make_post(organization=body)
    client.force_login(user)
    return user


def issue(grid, admission, actor, **changed):
    told = {"title": "排查楼道", "text": "逐层看", "due_on": in_a_week(), "grids": [grid], **changed}
    return errands.issue_errand(admission=admission, actor=actor, **told)


class TestIssue:
    def test_each_grid_gets_a_share_and_its_workers_a_line(self, grid, body, clerk):
        worker, other = make.make_worker_of(grid), make.make_grid(*grid.communities.all())
        errand = issue(grid, make.make_admission(body), clerk, grids=[grid, other])
        assert {share.grid for share in errand.shares.all()} == {grid, other}
        assert "排查楼道" in Notification.objects.get(recipient=worker).text
        assert issue(grid, errand.admission, clerk, grids=[other, grid]) == errand  # the double click
        assert issue(grid, errand.admission, clerk) != errand

    def test_what_is_not_in_force_is_refused_with_the_rule(self, grid, body, clerk):
        wrong = [
            make.make_admission(body, "applied"),
            make.make_admission(body, "refused"),
            make.make_admission(body, "ended"),
            make.make_admission(body, ends_on=TODAY() - timedelta(days=1)),
            make.make_admission(body, starts_on=TODAY() + timedelta(days=1)),
            make.make_admission(make.make_organization()),
        ]
        for admission in wrong:
            with pytest.raises(ValidationError) as refusal:
                issue(grid, admission, clerk)
            (words,) = refusal.value.message_dict["admission"]
            assert "滨州市社会治理网格化服务管理条例 第十条" in words
        assert not Errand.objects.exists()

    def test_other_wrong_input(self, grid, body, clerk):
        admission = make.make_admission(body, ends_on=TODAY() + timedelta(days=3))
        for field, changed in (
            ("due_on", {"due_on": TODAY() - timedelta(days=1)}),
            ("due_on", {"due_on": in_a_week()}),
            ("grids", {"grids": []}),
            ("title", {"title": " ", "due_on": TODAY()}),
        ):
            with pytest.raises(ValidationError) as refusal:
                issue(grid, admission, clerk, **changed)
            assert field in refusal.value.error_dict
        with pytest.raises(PermissionDenied):
            issue(make.make_grid(), admission, clerk)

    @pytest.mark.postgres
    def test_the_database_refuses_it_too(self, grid, body, clerk):
        told = {"title": "排查", "text": "看", "due_on": in_a_week(), "issued_by": clerk}
        for admission in (
            make.make_admission(body, "applied"),
            make.make_admission(body, ends_on=TODAY() - timedelta(1)),
        ):
            with pytest.raises(IntegrityError, match="errand_is_admitted"), transaction.atomic():
                Errand.objects.create(admission=admission, **told)
        Errand.objects.create(admission=make.make_admission(body, ends_on=TODAY()), **told)


class TestShares:
    def test_finished_once_by_whoever_serves_the_grid(self, grid, body, clerk):
        worker = make.make_worker_of(grid)
        share = issue(grid, make.make_admission(body), clerk).shares.get()
        with pytest.raises(PermissionDenied):
            errands.finish_share(share, actor=make.make_worker_of())
        for note in ("看完 3 栋", "再点一次"):
            share = errands.finish_share(share, note=note, actor=worker)
        assert (share.done_by, share.note) == (worker, "看完 3 栋")
        assert Errand.objects.all().in_progress("done").with_progress().get().done_count == 1

    def test_overdue_and_reminded_once_a_step(self, grid, body, clerk):
        worker = make.make_worker_of(grid)
        errand = issue(grid, make.make_admission(body), clerk)
        late = errand.due_on + timedelta(days=1)
        assert not ErrandShare.objects.overdue(errand.due_on).exists() and ErrandShare.objects.overdue(late).exists()
        told = [errands.remind_errand(errand, on=on) for on in (errand.due_on, errand.due_on, late, late)]
        assert told == [1, 0, 1, 0]
        errands.finish_share(errand.shares.get(), actor=worker)
        assert errands.remind_errand(errand, on=late + timedelta(days=1)) == 0

    def test_the_stand_in_is_told(self, grid, body, clerk):
        away, stand_in = make.make_worker_of(grid), make.make_worker_of(make.make_grid(*grid.communities.all()))
        make.make_leave(away.duties.get(), stand_in.duties.get())
        issue(grid, make.make_admission(body), clerk)
        assert Notification.objects.filter(recipient=stand_in).count() == 1


class TestPages:
    def url(self, name, *args):
        return reverse(f"admin:patrols_errand_{name}", args=args)

    def test_issued_refused_and_followed(self, client, grid, body, clerk):
        admission, over = make.make_admission(body), make.make_admission(body, ends_on=TODAY() - timedelta(days=1))
        typed = {"title": "排查楼道", "text": "逐层看", "due_on": in_a_week().isoformat(), "grids": [grid.pk]}
        text = words_of(client.post(self.url("add"), {**typed, "admission": over.pk}))
        assert "第十条" in text and "排查楼道" in text and not Errand.objects.exists()
        foreign = client.post(self.url("add"), {**typed, "admission": admission.pk, "grids": [make.make_grid().pk]})
        assert foreign.status_code == 200 and not Errand.objects.exists()
        client.post(
            self.url("add"),
            {**typed, "admission": admission.pk, "grids": [], "communities": [grid.communities.get().pk]},
        )
        errand = Errand.objects.get()
        text = words_of(client.get(self.url("change", errand.pk)))
        assert "0 / 1" in text and str(grid) in text
        assert client.get(self.url("change", issue_elsewhere().pk)).status_code == 404

    def test_list_pins_its_queries(self, client, grid, body, clerk, django_assert_max_num_queries):
        admission = make.make_admission(body)
        for number in range(4):
            issue(grid, admission, clerk, title=f"任务{number}")
        client.get(self.url("changelist"))
        with django_assert_max_num_queries(16):
            assert "0 / 1" in words_of(client.get(self.url("changelist"), {"progress": "open"}))
        assert client.get(self.url("export"))["Content-Type"].endswith("sheet")


def issue_elsewhere():
    grid = make.make_grid()
    return issue(grid, make.make_admission(grid.communities.get().organization), make.make_superuser())
