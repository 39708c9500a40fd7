"""The pages of 统筹匹配: who sees what of a run, what is asked for by them, and what two runs say side by side."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from checklists.admin import run_words
from checklists.models import Need, Run
from checklists.services import dispatches, needs, runs
from checklists.services.matching import WEIGHTS, weight_settings
from organizations.models import ParameterValue
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST = reverse("admin:checklists_run_changelist")
S = Need.Status


def page(run, name="change", *rest):
    return reverse(f"admin:checklists_run_{name}", args=[run.pk, *rest])


@pytest.fixture
def chief():
    return make.make_superuser()


@pytest.fixture
def community():
    return make.make_community()


@pytest.fixture
def district(community):
    return community.street.district


@pytest.fixture
def staff(community):
    return make.make_post(role="street_staff", organization=community.organization)


@pytest.fixture
def world(community):
    """A category, a near and a far resource of it with a place each, and a need for it."""

    class World:
        category = make.make_category()
        near = make.make_resource(make.make_unit(community.organization), category, capacity=1)
        neighbour = make.make_community(street=community.street)
        far = make.make_resource(make.make_unit(neighbour.organization), category, capacity=1, radius=2)
        need = make.make_need(S.ACCEPTED, community=community, category=category)

    return World


def run_now(district, **options):
    return runs.perform_run(runs.start_run(district, actor="system", **options))


class TestPages:
    def test_list_run_and_assignments(self, client, staff, district, world):
        run = run_now(district)
        client.force_login(staff)
        assert "立即统筹" in client.get(LIST).content.decode()
        words = client.get(page(run)).content.decode()
        for expected in (
            f"至少达到理论最优的 {run_words.percent(run.ratio)}",
            world.need.spoken_code,
            world.near.name,
            "第一次统筹",
        ):
            assert expected in words
        listed = reverse("admin:checklists_assignment_changelist", query={"run__id__exact": run.pk})
        assert world.need.spoken_code in client.get(listed).content.decode()
        assert client.get(listed + "&q=" + world.near.name).context["cl"].result_count == 1
        assert client.get(listed + "&q=nothing").context["cl"].result_count == 0
        sheet = client.get(reverse("admin:checklists_assignment_export", query={"run__id__exact": run.pk}))
        assert sheet["Content-Disposition"].startswith("attachment") and sheet.status_code == 200

    def test_queries_do_not_grow(self, client, staff, district, community, world):
        client.force_login(staff)
        run_now(district)
        counts = []
        for _ in range(2):
            for _ in range(3):
                make.make_need(S.ACCEPTED, community=community, category=world.category)
                make.make_resource(make.make_unit(community.organization), world.category)
            run = run_now(district)
            for url in (LIST, page(run), page(run, "changes", "arrived")):
                client.get(url)
                with CaptureQueriesContext(connection) as queries:
                    client.get(url)
                counts.append(len(queries))
        assert counts[3:] == counts[:3]

    def test_foreign_run_is_not_found(self, client, chief, staff, world):
        other = make.make_community(street=make.make_street(district=make.make_district()))
        run = run_now(other.street.district)
        client.force_login(staff)
        for url in (page(run), page(run, "progress"), page(run, "changes", "changed"), page(run, "adopt")):
            assert client.get(url).status_code == 404
        assert client.get(LIST).context["cl"].result_count == 0
        client.post(reverse("admin:checklists_run_start"), {"district": other.street.district.pk})
        assert Run.objects.count() == 1

    def test_each_sees_the_needs_of_their_own_community(self, client, district, world, community):
        run = run_now(district)
        clerk = make.make_post(role="community_staff", organization=world.neighbour.organization)
        client.force_login(clerk)
        words = client.get(page(run)).content.decode()
        assert world.need.spoken_code not in words and "没有您辖区的需求" in words
        assert "立即统筹" not in client.get(LIST).content.decode()
        assert client.post(reverse("admin:checklists_run_start"), {"district": district.pk}).status_code == 403
        assert client.get(reverse("admin:checklists_run_trial")).status_code == 403

    def test_nonsense_addresses(self, client, chief, district, world):
        client.force_login(chief)
        run = run_now(district)
        assert client.get(page(run) + "?with=999").status_code == 404
        assert client.get(page(run) + "?with=x").status_code == 200
        run_now(district)
        assert client.get(reverse("admin:checklists_run_change", args=["x"])).status_code == 404
        assert client.get(page(Run.objects.first(), "changes", "nothing")).status_code == 200


class TestStart:
    def test_button_then_progress_then_result(self, client, staff, district, world):
        client.force_login(staff)
        start = reverse("admin:checklists_run_start")
        response = client.post(start, {"district": district.pk}, follow=True)
        run = Run.objects.get()
        assert "算完自动显示结果" in response.content.decode() and run.started_by == staff
        again = client.post(start, {"district": district.pk}, follow=True)
        assert "这个区县的统筹匹配正在进行" in again.content.decode() and Run.objects.count() == 1
        assert "HX-Refresh" not in client.get(page(run, "progress"))
        runs.perform_run(run)
        assert client.get(page(run, "progress"))["HX-Refresh"] == "true"

    def test_failed_run_says_so(self, client, chief, district):
        run = runs.start_run(district, actor=chief)
        Run.objects.filter(pk=run.pk).update(attempts=2)
        run = runs.claim(run, at=timezone.now())
        runs.put_back(run)
        client.force_login(chief)
        words = client.get(page(run)).content.decode()
        assert "这次没有算完" in words and "连续 3 次" in words


class TestTrial:
    def test_from_the_form_to_the_rule(self, client, chief, district, world):
        run_now(district)
        client.force_login(chief)
        url = reverse("admin:checklists_run_trial")
        typed = {"district": district.pk, **dict.fromkeys(WEIGHTS, 1000), "waiting": 6000}
        assert "现在是 2000" in client.get(url).content.decode()
        client.post(url, typed)
        trial = Run.objects.get(is_trial=True)
        runs.perform_run(trial)
        words = client.get(page(trial)).content.decode()
        for expected in ("试算", "两次并排看", "总分（都按现行权重）", "6000", "按等待时间", "采用这组权重"):
            assert expected in words
        tomorrow = timezone.localdate() + timedelta(days=1)
        late = client.post(page(trial, "adopt"), {"effective_on": timezone.localdate()})
        assert late.status_code == 422 and "最早是明天" in late.content.decode()
        for _ in range(2):
            client.post(page(trial, "adopt"), {"effective_on": tomorrow})
        assert weight_settings()["weights"]["waiting"] == 2000
        assert weight_settings(tomorrow)["weights"] == trial.settings["weights"]
        assert ParameterValue.objects.filter(effective_on=tomorrow).count() == 3  # the others stay as they were

    def test_typed_nonsense_comes_back(self, client, chief, district):
        client.force_login(chief)
        typed = {"district": district.pk, **dict.fromkeys(WEIGHTS, 0), "waiting": "很多"}
        response = client.post(reverse("admin:checklists_run_trial"), typed)
        assert response.status_code == 422
        assert "请填整数" in response.content.decode() and "很多" in response.content.decode()
        response = client.post(reverse("admin:checklists_run_trial"), {**typed, "waiting": 0})
        assert response.status_code == 422 and "不能全为 0" in response.content.decode()

    def test_staff_without_the_right_cannot_adopt(self, client, staff, district, world):
        trial = run_now(district, is_trial=True)
        client.force_login(staff)
        assert "采用这组权重" not in client.get(page(trial)).content.decode()
        tomorrow = timezone.localdate() + timedelta(days=1)
        assert client.post(page(trial, "adopt"), {"effective_on": tomorrow}).status_code == 403

    def test_day_that_is_taken_is_told(self, chief, district, world):
        points = {**weight_settings()["weights"], "load": 2500.0}
        trial = run_now(district, is_trial=True, weights=points)
        tomorrow = timezone.localdate() + timedelta(days=1)
        parameter = ParameterValue.objects.get(parameter__key="match_weight_load").parameter
        ParameterValue.objects.create(parameter=parameter, value=Decimal(7), effective_on=tomorrow)
        with pytest.raises(ValidationError, match="同一生效日期已有取值"):
            runs.adopt_weights(trial, actor=chief, effective_on=tomorrow)


class TestComparison:
    def reasons(self, client, run, kind="changed"):
        return [
            (line["old"], line["new"], line["why"]) for line in client.get(page(run, "changes", kind)).context["lines"]
        ]

    def test_why_a_need_has_another_resource(self, client, chief, district, community, world):
        client.force_login(chief)
        run_now(district)
        world.near.is_paused = True
        world.near.save()
        assert self.reasons(client, run_now(district)) == [(world.near, world.far, "原来的资源已停止")]
        world.near.is_paused = False
        world.near.save()
        assert self.reasons(client, run_now(district)) == [(world.far, world.near, "新的单位更近")]
        rival = make.make_need(S.ACCEPTED, community=world.neighbour, category=world.category, urgency=5)
        world.near.radius = 2
        world.near.save()
        world.far.delete()
        run = run_now(district)
        assert self.reasons(client, run, "lost") == [(world.near, None, "原来的资源紧缺，让给了更需要的事")]
        assert self.reasons(client, run, "arrived") == [(None, world.near, "新来的需求")]
        needs.withdraw(rival, actor="resident")
        run = run_now(district)
        assert self.reasons(client, run, "gained") == [(None, world.near, "现在有名额了")]
        assert self.reasons(client, run, "left") == [(world.near, None, "已派出或离开待派")]
        assert self.reasons(client, run) == []

    def test_refusal_is_the_reason(self, client, chief, district, world):
        run_now(district)
        row = dispatches.dispatch(world.need, world.near, actor=chief)
        dispatches.decline(row, actor="unit", reason="no_time")
        client.force_login(chief)
        assert self.reasons(client, run_now(district)) == [(world.near, world.far, "原单位谢绝了这件事")]

    def test_worth_is_told_by_one_measure(self, district, world):
        real = run_now(district)
        trial = run_now(district, is_trial=True, weights={**dict.fromkeys(WEIGHTS, 0), "load": 1})
        assert trial.score == 10_000
        assert runs.worth(trial, real.started_at) == runs.worth(real, real.started_at) == real.score


class TestNeedPage:
    def test_scarce_resource_is_marked_and_the_rest_explained(self, client, chief, district, community, world):
        make.make_resource(make.make_unit(community.organization))
        for _ in range(3):
            make.make_need(S.ACCEPTED, community=community, category=world.category, urgency=5)
        run_now(district)
        client.force_login(chief)
        words = client.get(reverse("admin:checklists_need_change", args=[world.need.pk])).content.decode()
        assert "紧缺" in words and "1 类别不符" in words
