"""议题: raised, screened, merged, scheduled, carried upwards; its author hears of each step."""

from datetime import date
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.channels import outbox
from deliberations.models import Issue
from deliberations.services import issues
from govern.celery import app
from tests import factories as make
from tests.deliberations.hearings import make_clerk, make_hearing, make_issue, make_notice

pytestmark = pytest.mark.django_db
Status, Level = Issue.Status, Issue.Level


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def clerk(community):
    return make_clerk(community)


@pytest.fixture
def eager():
    """Tasks run where they are asked for."""
    app.conf.task_always_eager = True
    yield
    app.conf.task_always_eager = False


class TestDoor:
    def test_all_pairs(self, community, clerk):
        issue, target = make_issue(community=community), make_issue(community=community)
        for before, after in product(Status, Status):
            merged = {"merged_into": target} if before == Status.MERGED else {"merged_into": None}
            Issue.objects.filter(pk=issue.pk).update(status=before, **merged)
            count = issue.events.count()
            columns = {"merged_into": target} if after == Status.MERGED else {}
            if after in Issue.TRANSITIONS[before]:
                assert issues.change_status(issue, after, actor=clerk, note="试", **columns).status == after
                event = issue.events.last()
                assert (event.from_status, event.to_status, event.actor, event.note) == (before, after, clerk, "试")
            elif after == before:
                issues.change_status(issue, after, actor=clerk, **columns)
                assert issue.events.count() == count
            else:
                with pytest.raises(ValidationError) as refused:
                    issues.change_status(issue, after, actor=clerk, **columns)
                assert refused.value.code == "transition"
                assert issue.events.count() == count

    def test_a_foreign_clerk_may_not(self, community):
        with pytest.raises(PermissionDenied):
            issues.list_issue(make_issue(community=community), actor=make_clerk(make.make_community()))


class TestRaising:
    def test_keeps_the_phone_sealed_and_counts_working_days(self, community):
        friday = make.at("2026-11-20 10:00")
        issue = make_issue(community=community, phone="13700001234", at=friday)
        assert issue.screen_by == date(2026, 12, 4)  # ten working days
        assert issue.masked_phone == "137****1234"
        assert issue.level == Level.COMMUNITY

    def test_of_one_quarter_begins_there(self, community):
        assert make_issue(community=community, quarter=make.make_quarter(community)).level == Level.QUARTER

    def test_a_quarter_of_elsewhere_is_refused_beside_it(self, community):
        with pytest.raises(ValidationError) as refused:
            make_issue(community=community, quarter=make.make_quarter(make.make_community()))
        assert "quarter" in refused.value.error_dict

    def test_grid_workers_raise_and_strangers_do_not(self, community):
        worker = make.make_worker_of(make.make_grid(community))
        assert (
            make_issue(community=community, actor=worker, raised_by="grid", phone="", name="").events.get().actor
            == worker
        )
        with pytest.raises(PermissionDenied):
            make_issue(community=make.make_community(), actor=worker)

    def test_a_resident_leaves_a_phone(self, community):
        with pytest.raises(ValidationError) as refused:
            make_issue(community=community, phone="")
        assert "phone" in refused.value.error_dict


class TestScreening:
    @pytest.mark.usefixtures("eager")
    def test_declined_with_a_reason_that_the_author_is_told(self, community, clerk, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            issue = make_issue(community=community, phone="13700005678")
        outbox.clear()
        with pytest.raises(ValidationError):
            issues.decline_issue(issue, reason=" ", actor=clerk)
        with django_capture_on_commit_callbacks(execute=True):
            issues.decline_issue(issue, reason="已有方案", actor=clerk)
        ((phone, text),) = outbox
        assert phone == "13700005678"
        assert "已有方案" in text and reverse("hearings:issue", args=[issue.code]) in text

    def test_merging_carries_along_what_was_merged_before(self, community, clerk):
        one, two, three = (make_issue(community=community) for _ in range(3))
        issues.merge_issues(two, others=[three], actor=clerk)
        issues.merge_issues(one, others=[two], actor=clerk)
        three.refresh_from_db()
        assert three.merged_into == one
        assert one.merged_issues.count() == 2
        assert issues.merge_issues(one, others=[two], actor=clerk) == one  # a second click

    def test_refuses_another_communitys_and_nothing(self, community, clerk):
        one = make_issue(community=community)
        chief = make.make_superuser()
        with pytest.raises(ValidationError) as refused:
            issues.merge_issues(one, others=[make_issue()], actor=chief)
        assert "others" in refused.value.error_dict
        with pytest.raises(ValidationError):
            issues.merge_issues(one, others=[one], actor=clerk)


class TestGoingUp:
    def test_one_level_at_a_time_to_the_street(self, community, clerk):
        issue = make_issue(Status.UNSETTLED, community=community, quarter=make.make_quarter(community))
        for level in (Level.COMMUNITY, Level.STREET):
            issue = issues.escalate_issue(issue, actor=clerk)
            assert (issue.level, issue.status) == (level, Status.LISTED)
            Issue.objects.filter(pk=issue.pk).update(status=Status.UNSETTLED)
        with pytest.raises(ValidationError) as refused:
            issues.escalate_issue(issue, actor=clerk)
        assert refused.value.code == "level"

    def test_only_where_no_agreement_was_found(self, community, clerk):
        with pytest.raises(ValidationError):
            issues.escalate_issue(make_issue(Status.LISTED, community=community), actor=clerk)


class TestPublicPages:
    def test_a_resident_proves_the_phone_on_the_page(self, client, community):
        make_notice()
        page = reverse("hearings:issue_create")
        token = client.get(page).context["token"]
        told = {
            "community": community.pk,
            "title": "装电梯",
            "text": "老人多",
            "name": "孙先生",
            "phone": "13700009999",
        }
        outbox.clear()
        asked = client.post(page, {**told, "token": token, "step": "code"})
        assert "尾号" in asked.content.decode()
        wrong = client.post(page, {**told, "token": token, "consent": "on", "code": "000000"})
        assert wrong.status_code == 422
        code = outbox[-1][1][:6]
        done = client.post(page, {**told, "token": token, "consent": "on", "code": code})
        issue = Issue.objects.get()
        assert done.url == reverse("hearings:issue", args=[issue.code])
        assert (issue.notice, issue.raised_by) == (make_notice(), "resident")
        again = client.post(page, {**told, "token": token, "consent": "on"})
        assert again.url == done.url and Issue.objects.count() == 1

    def test_the_page_names_nobody(self, client, community):
        issue = make_issue(community=community)
        body = client.get(reverse("hearings:issue", args=[issue.code.lower()])).content.decode()
        assert "孙先生" not in body and issue.phone not in body and "前答复是否列入" in body

    def test_the_catalogue_holds_what_was_taken_up_alone(self, client, community):
        listed, raised = make_issue(Status.LISTED, community=community), make_issue(community=community)
        body = client.get(reverse("hearings:home"), {"community": community.pk}).content.decode()
        assert listed.title in body and raised.title not in body

    def test_a_wrong_code_is_told_and_counted(self, client):
        assert client.get(reverse("hearings:issue_follow"), {"code": "AAAA2222"}).status_code == 422

    def test_the_desk_is_for_those_who_may(self, client, community):
        page = reverse("hearings:issue_raise")
        assert client.get(page).status_code == 302
        client.force_login(make.make_user())
        assert client.get(page).status_code == 403
        client.force_login(make.make_worker_of(make.make_grid(community)))
        told = {"raised_by": "grid", "community": community.pk, "title": "停车", "text": "没处停"}
        assert client.post(page, told).status_code == 302
        assert Issue.objects.get().raised_by == "grid"
        foreign = client.post(page, {**told, "community": make.make_community().pk})
        assert foreign.status_code == 422

    def test_merged_leads_on(self, client, community, clerk):
        one, two = make_issue(community=community), make_issue(community=community)
        issues.merge_issues(one, others=[two], actor=clerk)
        assert one.code in client.get(reverse("hearings:issue", args=[two.code])).content.decode()

    def test_is_scheduled_by_its_meeting(self, community, clerk):
        issue = make_issue(Status.LISTED, community=community)
        hearing = make_hearing(community=community)
        assert issues.schedule_issue(issue, hearing=hearing, actor=clerk).status == Status.SCHEDULED
