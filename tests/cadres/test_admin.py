from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from cadres import services
from cadres.models import CommunityWorker, GradeEntry, PayTable, Rulebook, Scheme, Simulation, Track
from cadres.picture import picture_of
from tests import factories as make

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
NEXT = date(TODAY().year + 1, 1, 1)


def url(name, *args, model="communityworker"):
    return reverse(f"admin:cadres_{model}_{name}", args=args)


def act(worker, verb):
    return url("act", worker.pk, verb)


def rising(**fields):
    first = TODAY().year - 2
    grades = dict.fromkeys(range(first, TODAY().year + 1), "competent")
    return make.make_worker(hired_on=date(first, 1, 2), grades=grades, **fields)


@pytest.fixture
def body():
    return make.make_organization()


@pytest.fixture
def street(body, client):
    user = make.make_post(role="street_staff", organization=body.parent)
    client.force_login(user)
    return user


@pytest.fixture
def simulation(street, body):
    for _ in range(3):
        rising(organization=body)
    make.make_worker(body, hired_on=date(TODAY().year - 1, 1, 2))
    return services.prepare_simulation(Scheme.objects.get(), year=NEXT.year, actor=street)


class TestList:
    def test_holds_the_own_communities_and_asks_the_same_number_of_times(self, client, street, body):
        make.make_worker(name="别人")
        counts = []
        for size in (1, 6):
            while CommunityWorker.objects.filter(organization=body).count() < size:
                make.make_worker(body, qualifications=[("bachelor", date(2020, 1, 1))])
            client.get(url("changelist"))
            with CaptureQueriesContext(
                connection,
            ) as asked:
                page = client.get(url("changelist")).content.decode()
            counts.append(len(asked))
        assert counts[0] == counts[1] <= 20
        assert "别人" not in page and "本科" in page and "2 级" in page

    def test_searches_names_communities_and_whole_numbers(self, client, street, body):
        worker = make.make_worker(body, name="谭霞", identity_number="11010519491231002X", phone="13812345678")
        make.make_worker(body, name="宋新宇")
        for words in ("谭霞", "13812345678", "11010519491231002x"):
            rows = client.get(url("changelist"), {"q": words}).context["cl"].result_list
            assert [row.pk for row in rows] == [worker.pk]
        assert len(client.get(url("changelist"), {"q": body.name}).context["cl"].result_list) == 2
        filters = {"track": Track.objects.get(name="社区正职").pk, "licence": "none"}
        assert not client.get(url("changelist"), filters).context["cl"].result_list

    def test_export_is_masked(self, client, street, body):
        make.make_worker(body, identity_number="11010519491231002X", phone="13812345678")
        answer = client.get(url("export"))
        heads, row = load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True)
        found = dict(zip(heads, row, strict=True))
        assert (found["手机号"], found["身份证号"]) == ("138****5678", "110***********002X")
        assert (found["岗位"], found["级别"]) == ("工作人员", 1)


class TestHiring:
    def form(self, body, **fields):
        return {
            "organization": body.pk,
            "track": Track.objects.get(name="社区副职").pk,
            "name": "谭霞",
            "gender": "female",
            "identity_number": "",
            "phone": "138 1234 5678",
            "hired_on": f"{TODAY()}",
            "prior_months": "36",
            "degree": "bachelor",
            "degree_on": "2015-06-30",
            "licence": "",
            "licence_on": "",
            "evidence": "聘用合同 12 号",
            **fields,
        }

    def test_leads_to_the_page(self, client, street, body):
        answer = client.post(url("add"), self.form(body))
        worker = CommunityWorker.objects.get()
        assert answer.url == url("change", worker.pk)
        entry = worker.grade_entries.get()
        assert (entry.level, entry.evidence, worker.phone) == (6, "聘用合同 12 号", "13812345678")

    def test_says_what_is_wrong_and_keeps_what_was_typed(self, client, street, body):
        other = make.make_organization()
        wrong = {
            "organization": other.pk,
            "identity_number": "110105194912310021",
            "phone": "1381234567",
            "degree_on": "",
            "hired_on": f"{TODAY() + timedelta(days=1)}",
        }
        answer = client.post(url("add"), self.form(body, **wrong))
        assert answer.status_code == 422 and "谭霞" in answer.content.decode()
        assert set(answer.context["form"].errors) == {"organization", "identity_number", "phone", "degree_on"}
        answer = client.post(url("add"), self.form(body, hired_on=wrong["hired_on"]))
        assert set(answer.context["form"].errors) == {"hired_on"}
        assert not CommunityWorker.objects.exists()

    def test_only_the_office_above(self, client, body):
        client.force_login(make.make_post(organization=body))
        assert client.get(url("add")).status_code == 403
        assert client.get(url("appraisals")).status_code == 403


class TestPage:
    def test_tells_where_somebody_stands_and_what_is_missing(self, client, street, body):
        worker = rising(organization=body, phone="13812345678")
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url("change", worker.pk)).content.decode()
        assert len(asked) <= 40
        for words in (
            "现在 1 级",
            "工作人员 1–12 级",
            "再有 1 个年度考核合格",
            "取得社会工作师，次年 1 月起加 2 级",
            "2958 元",
        ):
            assert words in page
        assert "13812345678" not in page and "138****5678" in page

    def test_acts_run_and_refuse_beside_their_fields(self, client, street, body):
        worker = make.make_worker(body, hired_on=date(TODAY().year - 3, 1, 2))
        page = url("change", worker.pk)
        year = TODAY().year - 1
        assert client.post(act(worker, "appraise"), {"year": year, "grade": "excellent"}).url == page
        assert client.post(act(worker, "qualify"), {"title": "assistant", "obtained_on": "2025-10-01"}).url == page
        moved = {
            "track": Track.objects.get(name="社区副职").pk,
            "organization": body.pk,
            "on": f"{TODAY()}",
            "reason": "当选",
        }
        assert client.post(act(worker, "change-post"), moved).url == page
        assert worker.appraisals.get().grade == "excellent" and worker.grade_entries.count() == 2
        answer = client.post(
            act(worker, "interrupt"), {"starts_on": "2025-03-01", "ends_on": "2025-01-01", "reason": "病假"}
        )
        assert answer.status_code == 422 and "不能早于开始日期" in answer.content.decode()
        paper = {"level": 16, "on": f"{TODAY()}", "reason": "核查", "evidence": "3 号文"}
        answer = client.post(act(worker, "correct-grade"), paper)
        assert (
            answer.status_code == 422 and "在 1 到 12 级之间" in answer.content.decode()
        )  # the new post counts next month
        assert client.post(act(worker, "leave"), {"on": f"{TODAY()}", "leaving": "resigned"}).url == page
        stale = client.post(act(worker, "leave"), {"on": f"{TODAY()}", "leaving": "resigned"}, follow=True)
        assert "您看到的是旧页面" in stale.content.decode()
        assert "重新入职" in client.get(page).content.decode()

    def test_the_community_looks_and_does_nothing(self, client, body):
        worker = make.make_worker(body)
        client.force_login(make.make_post(organization=body))
        assert "您可以查看，不能办理" in client.get(url("change", worker.pk)).content.decode()
        assert client.get(url("edit", worker.pk)).status_code == 403
        assert client.post(act(worker, "leave"), {"on": f"{TODAY()}", "leaving": "resigned"}).status_code == 403

    def test_another_street_finds_nothing(self, client, street):
        worker = make.make_worker()
        for address in (url("change", worker.pk), url("edit", worker.pk)):
            assert client.get(address).status_code == 404
        assert client.post(act(worker, "leave"), {"on": f"{TODAY()}", "leaving": "resigned"}).status_code == 404

    def test_corrects_and_keeps_what_is_not_typed(self, client, street, body):
        worker = make.make_worker(body, phone="13812345678")
        form = {"name": "谭小霞", "gender": "female", "identity_number": "", "phone": "", "prior_months": 0}
        assert "13812345678" not in client.get(url("edit", worker.pk)).content.decode()
        client.post(url("edit", worker.pk), form)
        worker.refresh_from_db()
        assert (worker.name, worker.phone) == ("谭小霞", "13812345678")
        assert worker.events.last().note == "姓名"


class TestSheet:
    def test_writes_a_year(self, client, street, body):
        workers = [make.make_worker(body) for _ in range(2)]
        query = {"year": TODAY().year, "organization": body.pk}
        assert "未登记" in client.get(url("appraisals"), query).content.decode()
        address = f"{url('appraisals')}?year={TODAY().year}&organization={body.pk}"
        grades = {f"worker-{workers[0].pk}": "excellent", f"worker-{workers[1].pk}": ""}
        assert client.post(address, grades).url.startswith(url("appraisals"))
        assert workers[0].appraisals.get().grade == "excellent" and not workers[1].appraisals.exists()
        assert client.post(address, {f"worker-{workers[0].pk}": "superb"}).status_code == 422


class TestSimulation:
    def do(self, client, simulation, verb, **fields):
        return client.post(url("decide", simulation.pk, verb, model="simulation"), {"outcome": "rises", **fields})

    def test_is_prepared_by_the_button(self, client, street, body):
        rising(organization=body)
        scheme = Scheme.objects.get()
        answer = client.post(url("prepare", model="simulation"), {"scheme": scheme.pk, "year": NEXT.year})
        assert answer.url == url("change", Simulation.objects.get().pk, model="simulation")
        assert client.get(url("changelist", model="simulation")).status_code == 200

    def test_shows_costs_and_approves_what_is_ticked(self, client, simulation):
        with CaptureQueriesContext(connection) as asked:
            page = client.get(url("change", simulation.pk, model="simulation")).content.decode()
        assert len(asked) <= 25
        assert "3 人，每月多 267 元，全年多 3,204 元" in page and page.count("checked") == 3
        keys = list(simulation.lines.moving().values_list("pk", flat=True))
        assert self.do(client, simulation, "approve", line=keys[:2], evidence="纪要 1 号").status_code == 302
        assert GradeEntry.objects.filter(kind="yearly", evidence="纪要 1 号").count() == 2
        page = client.get(url("change", simulation.pk, model="simulation")).content.decode()
        assert "1 人，每月多 89 元" in page and "2 人，每月多 178 元" in page

    def test_refuses_and_keeps_the_ticks(self, client, simulation, street):
        line = simulation.lines.moving().first()
        assert "请先勾选" in self.do(client, simulation, "approve").content.decode()
        answer = self.do(client, simulation, "decline", line=[line.pk], evidence="留着")
        assert answer.status_code == 422 and "请写明为什么不调" in answer.content.decode()
        assert "留着" in answer.content.decode() and answer.content.decode().count("checked") == 1
        services.record_appraisal(line.worker, year=TODAY().year, grade="basic", actor=street)
        answer = self.do(client, simulation, "approve", line=[line.pk])
        assert answer.status_code == 422 and "请先重新测算" in answer.content.decode()
        assert not GradeEntry.objects.filter(kind="yearly").exists()

    def test_everybody_at_once(self, client, simulation):
        self.do(client, simulation, "approve", all="1")
        assert GradeEntry.objects.filter(kind="yearly").count() == 3

    def test_another_street_finds_nothing_and_the_community_only_looks(self, client, simulation, body):
        line = simulation.lines.first()
        client.force_login(make.make_post(role="street_staff", organization=make.make_organization()))
        assert client.get(url("change", simulation.pk, model="simulation")).status_code == 404
        assert self.do(client, simulation, "approve", line=[line.pk]).status_code == 404
        client.force_login(make.make_post(organization=body))
        assert client.get(url("change", simulation.pk, model="simulation")).status_code == 200
        assert self.do(client, simulation, "approve", line=[line.pk]).status_code == 403

    def test_goes_out_as_a_sheet(self, client, simulation):
        answer = client.get(url("sheet", simulation.pk, model="simulation"))
        rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
        assert len(rows) == 5 and rows[0][0] == "社区"


class TestVersions:
    @pytest.fixture
    def chief(self, client):
        user = make.make_post(role="platform_admin")
        client.force_login(user)
        return user

    @pytest.mark.parametrize(("model", "row"), [("rulebook", Rulebook), ("paytable", PayTable)])
    def test_what_holds_is_read_and_copied(self, client, chief, model, row):
        held = row.objects.get()
        page = client.get(url("change", held.pk, model=model)).content.decode()
        assert "照这一版另立" in page and "_save" not in page
        answer = client.post(url("copy", held.pk, model=model), {"on": f"{NEXT}"})
        copy = row.objects.get(effective_on=NEXT)
        assert answer.url == url("change", copy.pk, model=model)
        assert "_save" in client.get(answer.url).content.decode()
        assert client.post(url("copy", held.pk, model=model), {"on": f"{TODAY()}"}).status_code == 422

    def test_a_table_with_a_gap_is_refused(self, client, chief):
        copy = services.copy_pay_table(PayTable.objects.get(), on=NEXT, actor=chief)
        form = client.get(url("change", copy.pk, model="paytable")).context["adminform"].form
        posted = {name: form.initial[name] for name in form.fields}
        levels = list(copy.levels.all())
        posted |= {
            f"{prefix}-{name}": 0 for prefix in ("levels", "allowances") for name in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        posted |= {"levels-TOTAL_FORMS": 18, "levels-INITIAL_FORMS": 18, "base": 3000}
        for place, row in enumerate(levels):
            posted |= {f"levels-{place}-id": row.pk, f"levels-{place}-pay_table": copy.pk}
            posted |= {f"levels-{place}-level": row.level, f"levels-{place}-coefficient": row.coefficient}
        broken = client.post(url("change", copy.pk, model="paytable"), {**posted, "levels-4-DELETE": "on"})
        assert "还缺 5 级的系数" in broken.content.decode()
        assert client.post(url("change", copy.pk, model="paytable"), posted).status_code == 302
        copy.refresh_from_db()
        assert copy.base == 3000

    def test_offices_read_them(self, client, street):
        for model, row in (("rulebook", Rulebook), ("paytable", PayTable)):
            page = client.get(url("change", row.objects.get().pk, model=model))
            assert page.status_code == 200 and "照这一版另立" not in page.content.decode()
            assert client.get(url("copy", row.objects.get().pk, model=model)).status_code == 403


class TestLedgerList:
    def test_is_read_only(self, client, street, body):
        entry = make.make_worker(body).grade_entries.get()
        assert "入职定级" in client.get(url("changelist", model="gradeentry")).content.decode()
        page = client.get(url("change", entry.pk, model="gradeentry")).content.decode()
        assert "工作人员从 1 级起" in page and "_save" not in page
        assert client.post(url("change", entry.pk, model="gradeentry"), {"level": 9}).status_code == 403
        assert client.post(url("delete", entry.pk, model="gradeentry"), {"post": "yes"}).status_code == 403


class TestPicture:
    def test_stays_within_its_frame(self):
        book = services.Book(Scheme.objects.get(), TODAY())
        posts = sorted(book.rules.posts.values(), key=lambda post: -post.highest)
        for level in (1, 9, 18):
            picture = picture_of(posts, 18, own=posts[0].key, level=level, reached={level: 2026})
            assert len(picture["steps"]) == 18 and [band["is_own"] for band in picture["bands"]] == [True, False, False]
            assert all(
                each["x"] >= 0 and each["x"] + each["width"] <= 100.001 for each in picture["steps"] + picture["bands"]
            )
            assert min(step["y"] for step in picture["steps"]) > 2 and picture["mark"]["words"] == f"现在 {level} 级"
