"""事项准入: applied for by one, decided by another, in force between its days and within its range."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from organizations.models import Organization
from patrols.models import Admission
from patrols.services import admissions
from tests import factories as make
from tests.checklists.residents import words_of

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def top():
    return make.make_organization(Organization.Kind.INDUSTRY_COMMITTEE)


@pytest.fixture
def body(top):
    return make.make_organization(Organization.Kind.COMMITTEE, parent=top)


@pytest.fixture
def applicant(top):
    return make.make_post(make.make_user("申请人"), "street_staff", top)


@pytest.fixture
def decider(top):
    return make.make_post(make.make_user("审批人"), "street_staff", top)


def unsaved(organization, **fields):
    told = {"name": "消防排查", "department": "消防大队", "basis": "办法", "duties": "看楼道", "starts_on": TODAY()}
    return Admission(organization=organization, **told, **fields)


class TestVerbs:
    def test_applied_decided_ended(self, body, applicant, decider):
        row = admissions.apply_admission(unsaved(body), actor=applicant)
        assert not Admission.objects.in_force().exists()
        row = admissions.approve(row, actor=decider, note="同意")
        assert (row.decided_by, row.decision, Admission.objects.in_force().get()) == (decider, "同意", row)
        row = admissions.end(row, actor=decider, note="做完了")
        assert [event.to_status for event in row.events.all()] == ["applied", "approved", "ended"]
        assert not Admission.objects.in_force().exists()

    def test_nobody_decides_the_own_application(self, body, applicant):
        row = admissions.apply_admission(unsaved(body), actor=applicant)
        for act in (admissions.approve, admissions.refuse):
            with pytest.raises(PermissionDenied, match="自己的申请"):
                act(row, actor=applicant, note="同意")
        with pytest.raises(IntegrityError), transaction.atomic():
            Admission.objects.update(status="approved", decided_by=applicant)

    def test_who_may_not(self, body, applicant):
        clerk = make.make_post(organization=body)
        with pytest.raises(PermissionDenied):
            admissions.apply_admission(unsaved(body), actor=clerk)
        with pytest.raises(PermissionDenied):
            admissions.apply_admission(unsaved(make.make_organization()), actor=applicant)
        row = admissions.apply_admission(unsaved(body), actor=applicant)
        elsewhere = make.make_post(make.make_user(), "street_staff", make.make_organization())
        for actor in (clerk, elsewhere):
            with pytest.raises(PermissionDenied):
                admissions.approve(row, actor=actor)

    def test_what_is_owed(self, body, applicant, decider):
        for fields in ({"is_temporary": True}, {"ends_on": TODAY() - timedelta(days=1)}):
            with pytest.raises(ValidationError):
                admissions.apply_admission(unsaved(body, **fields), actor=applicant)
        row = admissions.apply_admission(unsaved(body), actor=applicant)
        with pytest.raises(ValidationError):
            admissions.refuse(row, actor=decider, note=" ")

    def test_ends_by_its_date_alone(self, body):
        row = make.make_admission(body, is_temporary=True, ends_on=TODAY())
        assert row.is_in_force(TODAY()) and not row.is_in_force(TODAY() + timedelta(days=1))
        assert not Admission.objects.in_force(TODAY() + timedelta(days=1)).exists()
        assert Admission.objects.ending(TODAY()).get() == row
        assert make.make_admission(body, ends_on=TODAY() - timedelta(days=1)).words == "已到期"
        assert make.make_admission(body, starts_on=TODAY() + timedelta(days=1)).words == "还没开始"


class TestReach:
    def test_those_above_hold_here_and_are_not_mine_to_change(self, top, body):
        clerk = make.make_post(organization=body)
        above, own = make.make_admission(top), make.make_admission(body)
        make.make_admission(make.make_organization())
        assert set(Admission.objects.visible_to(clerk)) == {above, own}

    def test_range_covers_a_grid_only_whole(self, top, body):
        one = make.make_community(body)
        two = make.make_community(make.make_organization(Organization.Kind.COMMITTEE, parent=top))
        wide, narrow = make.make_admission(top), make.make_admission(body)
        assert set(Admission.objects.all().covering_grid(make.make_grid(one))) == {wide, narrow}
        assert set(Admission.objects.all().covering_grid(make.make_grid(one, two))) == {wide}


class TestPages:
    def url(self, name, *args):
        return reverse(f"admin:patrols_admission_{name}", args=args)

    def test_apply_and_decide(self, client, body, applicant, decider):
        client.force_login(applicant)
        typed = {
            "name": "高温慰问",
            "department": "民政局",
            "basis": "通知〔2026〕3号",
            "duties": "上门看望",
            "organization": body.pk,
            "is_temporary": "on",
            "starts_on": TODAY().isoformat(),
        }
        assert "临时任务要填截止日期" in words_of(client.post(self.url("add"), typed))
        client.post(self.url("add"), {**typed, "ends_on": (TODAY() + timedelta(days=9)).isoformat()})
        row = Admission.objects.get()
        assert "要由另一位有审批权限的人审批" in words_of(client.get(self.url("change", row.pk)))
        assert client.post(self.url("step", row.pk, "approve")).status_code == 403
        client.force_login(decider)
        assert client.post(self.url("step", row.pk, "refuse"), {"note": ""}).status_code == 422
        for _ in range(2):
            client.post(self.url("step", row.pk, "approve"), {"note": "同意"})
        row.refresh_from_db()
        assert (row.status, row.events.count()) == ("approved", 2)
        answer = client.post(self.url("step", row.pk, "refuse"), {"note": "不行"}, follow=True)
        assert "旧页面" in words_of(answer)

    def test_list_tells_what_is_in_force(self, client, body, django_assert_max_num_queries):
        client.force_login(make.make_post(organization=body))
        make.make_admission(body, name="长期有效")
        make.make_admission(body, name="快到期的", ends_on=TODAY() + timedelta(days=3))
        make.make_admission(body, name="过了期的", ends_on=TODAY() - timedelta(days=3))
        client.get(self.url("changelist"))
        with django_assert_max_num_queries(16):
            text = words_of(client.get(self.url("changelist"), {"force": "running"}))
        assert "长期有效" in text and "还剩 3 天" in text and "过了期的" not in text
        assert "快到期的" in words_of(client.get(self.url("changelist"), {"force": "ending"}))
        assert client.get(self.url("export"))["Content-Type"].endswith("sheet")
