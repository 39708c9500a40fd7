"""What is done on a project while it runs: progress, milestones, money to the cent, pictures."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from checklists.models import Expense, Milestone, Project
from checklists.services import projects
from organizations.models import ParameterValue
from tests import factories as make
from tests.checklists.projects import S, bring, day, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def chief():
    return make.make_superuser()


@pytest.fixture
def project():
    return bring(S.IMPLEMENTING)


class TestProgress:
    def test_is_never_lowered_silently(self, project, chief):
        projects.report_progress(project, actor=chief, progress=60)
        with pytest.raises(ValidationError, match="从 60 调低到 40"):
            projects.report_progress(project, actor=chief, progress=40)
        assert projects.report_progress(project, actor=chief, progress=40, note="返工").progress == 40

    @pytest.mark.parametrize("progress", [-1, 101])
    def test_is_a_percentage(self, project, chief, progress):
        with pytest.raises(ValidationError):
            projects.report_progress(project, actor=chief, progress=progress)

    def test_double_click_is_kept_once(self, project, chief):
        for _ in range(2):
            projects.report_progress(project, actor=chief, progress=30, note="进场")
        assert project.events.filter(progress=30).count() == 1

    def test_is_reported_by_the_lead_unit_too(self, project):
        liaison = make.make_liaison(project.unit)
        projects.report_progress(project, actor=liaison, progress=30, photos=[photo()])
        assert project.evidence.get().stage == "during"
        with pytest.raises(PermissionDenied):
            rival = make.make_liaison(make.make_unit(project.community.organization))
            projects.report_progress(project, actor=rival, progress=50)

    def test_only_while_it_runs(self, chief):
        with pytest.raises(ValidationError, match="旧页面"):
            projects.report_progress(bring(S.PUBLICIZED), actor=chief, progress=10)


class TestMilestones:
    def test_end_is_not_before_the_beginning(self, project, chief):
        with pytest.raises(ValidationError, match="完成时限不能早于开始日期"):
            projects.add_milestone(project, actor=chief, name="摸底", starts_on=day(5).date(), due_on=day(4).date())

    def test_finished_once_and_then_not_removed(self, project, chief):
        dates = {"starts_on": day(5).date(), "due_on": day(9).date()}
        done, wrong = (projects.add_milestone(project, actor=chief, name=name, **dates) for name in ("摸底", "错的"))
        for at in (day(8), day(9)):
            assert projects.finish_milestone(done, actor=chief, at=at).done_on == day(8).date()
        with pytest.raises(ValidationError):
            projects.remove_milestone(done, actor=chief)
        projects.remove_milestone(wrong, actor=chief)
        assert list(Milestone.objects.all()) == [done]


class TestMoney:
    def record(self, project, chief, amount, purpose="灯具", **kwargs):
        return projects.record_expense(project, actor=chief, amount=Decimal(amount), purpose=purpose, **kwargs)

    def test_is_exact(self, project, chief):
        for number in range(100):
            self.record(project, chief, "0.10", f"螺丝 {number}")
        self.record(project, chief, "9999999999.99")
        assert projects.spent(project) == Decimal("10000000009.99")
        assert isinstance(projects.spent(project), Decimal)
        row = Project.objects.with_spent().get(pk=project.pk)
        assert row.spent == Decimal("10000000009.99")

    def test_is_corrected_by_a_row_and_never_below_zero(self, project, chief):
        self.record(project, chief, "100.00")
        with pytest.raises(ValidationError, match="冲正不能超过"):
            self.record(project, chief, "-100.01", "退货")
        self.record(project, chief, "-100.00", "退货")
        assert projects.spent(project) == Decimal("0.00") and Expense.objects.count() == 2

    def test_over_the_budget_is_recorded(self, project, chief):
        self.record(project, chief, "1000.01")
        assert projects.spent(project) > project.budget

    @pytest.mark.parametrize("amount", ["0", "0.001"])
    def test_refuses_nothing_and_parts_of_a_cent(self, project, chief, amount):
        with pytest.raises(ValidationError):
            self.record(project, chief, amount)

    def test_refuses_the_future_and_strangers(self, project, chief):
        with pytest.raises(ValidationError, match="晚于今天"):
            self.record(project, chief, "1", at=day(10), spent_on=day(11).date())
        with pytest.raises(PermissionDenied):
            self.record(project, make.make_liaison(project.unit), "1")

    def test_double_click_is_one_payment(self, project, chief):
        assert self.record(project, chief, "5") == self.record(project, chief, "5")


class TestEvidence:
    def test_has_a_limit(self, project, chief):
        ParameterValue.objects.filter(parameter__key="project_evidence_max_count").update(value=2)
        projects.add_evidence(project, actor=chief, photos=[photo()], stage="before")
        with pytest.raises(ValidationError, match="还能传 1 张"):
            projects.add_evidence(project, actor=chief, photos=[photo(), photo()], stage="before")

    def test_is_removed_with_its_file(self, project, chief, django_capture_on_commit_callbacks):
        row = projects.add_evidence(project, actor=chief, photos=[photo()], stage="before")[0]
        name, storage = row.image.name, row.image.storage
        with django_capture_on_commit_callbacks(execute=True):
            projects.remove_evidence(row, actor=chief)
        assert not storage.exists(name) and not project.evidence.exists()
