from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cadres import services
from cadres.models import (
    CommunityWorker,
    GradeEntry,
    PayTable,
    Rulebook,
    Scheme,
    Simulation,
    SimulationLine,
    Track,
    WorkerEvent,
)
from organizations.services import dissolve_organization, merge_organizations
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.at("2026-11-23 10:00")
NEXT = date(2027, 1, 1)
GOOD = dict.fromkeys(range(2015, 2027), "competent")


@pytest.fixture
def actor():
    return make.make_superuser()


@pytest.fixture
def scheme():
    return Scheme.objects.get(name="三岗十八级")


def track(name):
    return Track.objects.get(name=name)


def fresh(worker):
    return CommunityWorker.objects.with_record().get(pk=worker.pk)


def rising(**fields):
    """Somebody for whom 1 January 2027 is the end of three years: from level 1 to 2."""
    grades = dict.fromkeys((2024, 2025, 2026), "competent")
    return make.make_worker(hired_on=date(2024, 1, 2), grades=grades, **fields)


class TestShipped:
    def test_the_default_scheme(self, scheme):
        rules = Rulebook.objects.whole().get(scheme=scheme).rules
        spans = {post.name: (post.lowest, post.highest) for post in rules.posts.values()}
        assert spans == {"社区正职": (7, 18), "社区副职": (4, 15), "工作人员": (1, 12)}
        table = PayTable.objects.whole().get(scheme=scheme).table
        assert [table.coefficients[at] for at in (1, 2, 18)] == [1, Decimal("1.03"), Decimal("1.51")]

    def test_sixteen_levels_are_rows(self, actor):
        """锦州 2022: another scheme beside the shipped one, without a line of code."""
        jinzhou = Scheme.objects.create(name="锦州十六级", top_level=16)
        clerk = jinzhou.tracks.create(name="专职委员")
        book = jinzhou.rulebooks.create(effective_on=date(2022, 1, 1), counts_part_years=True, early_run=0)
        book.ranges.create(track=clerk, lowest=1, highest=14)
        table = jinzhou.pay_tables.create(effective_on=date(2022, 1, 1), base=2958)
        for at in range(1, 17):
            table.levels.create(level=at, coefficient=1 + Decimal("0.03") * (at - 1))
        worker = make.make_worker()
        services.change_post(worker, track=clerk, on=date(2026, 11, 2), reason="改制", actor=actor, at=NOW)
        last = fresh(worker).entry_on(date(2026, 12, 1))
        assert (last.track, last.level, last.pay) == (clerk, 2, 3047)


class TestHiring:
    def test_writes_post_event_and_level(self, actor):
        worker = make.make_worker(
            track="社区副职", hired_on=date(2026, 3, 2), qualifications=[("bachelor", date(2020, 6, 1))]
        )
        entry = worker.grade_entries.get()
        assert (entry.kind, entry.level, entry.effective_on) == ("initial", 5, date(2026, 3, 2))
        assert entry.pay == Decimal("2650.00")  # on probation: 80 % of 2958 × 1.12 = 3313
        assert entry.approved_by is not None and entry.terms[0][2] == "社区副职从 4 级起"
        assert [event.kind for event in worker.events.all()] == ["hired"]

    def test_refuses_beside_the_field(self, actor):
        body = make.make_organization()
        number = "11010519491231002X"
        make.make_worker(body, identity_number=number)
        for field, fields in {
            "identity_number": {"identity_number": number},
            "hired_on": {"hired_on": timezone.localdate() + timedelta(days=1)},
            "organization": {"organization": make.make_branch(body)},
        }.items():
            with pytest.raises(ValidationError) as refusal:
                make.make_worker(**{"organization": body, **fields})
            assert set(refusal.value.error_dict) == {field}

    def test_who_may(self):
        body = make.make_organization()
        street = make.make_post(role="street_staff", organization=body.parent)
        hiring = {"track": track("工作人员"), "hired_on": date(2026, 1, 5), "name": "李", "gender": "male"}
        services.hire_worker(organization=body, actor=street, **hiring)
        for user in (
            make.make_post(organization=body),
            make.make_post(role="street_staff", organization=make.make_organization()),
        ):
            with pytest.raises(PermissionDenied):
                services.hire_worker(organization=body, actor=user, **hiring)
        assert CommunityWorker.objects.count() == 1


class TestPosts:
    def test_the_new_level_holds_from_the_next_month(self, actor):
        worker = make.make_worker(hired_on=date(2014, 1, 2), grades=GOOD)
        options = {
            "track": track("社区副职"),
            "on": date(2026, 11, 10),
            "reason": "换届当选",
            "actor": actor,
            "at": NOW,
        }
        for _ in range(2):  # the double click
            moved = services.change_post(worker, **options)
        assert [row.track.name for row in moved.placements.all()] == ["工作人员", "社区副职"]
        assert moved.placements.first().ends_on == date(2026, 11, 9)
        first = moved.entry_on(date(2026, 11, 30))
        assert (first.level, first.effective_on, first.reason) == (3, date(2020, 9, 1), "套改定级")
        entry = moved.entry_on(date(2026, 12, 1))
        assert (entry.kind, entry.level, entry.track.name) == ("post", 8, "社区副职")
        assert moved.events.filter(kind="moved").count() == 1

    def test_to_another_community(self, actor):
        worker = make.make_worker()
        other = make.make_organization()
        services.change_post(
            worker, track=track("工作人员"), organization=other, on=timezone.localdate(), reason="轮岗", actor=actor
        )
        worker.refresh_from_db()
        assert worker.organization == other and worker.grade_entries.count() == 1
        street = make.make_post(role="street_staff", organization=other.parent)
        with pytest.raises(PermissionDenied):
            services.change_post(
                worker,
                track=track("工作人员"),
                organization=make.make_organization(),
                on=timezone.localdate(),
                reason="轮岗",
                actor=street,
            )

    def test_leaves_and_returns_without_the_time_away(self, actor):
        worker = make.make_worker(hired_on=date(2018, 1, 2), grades=GOOD)
        for _ in range(2):
            services.leave_worker(worker, on=date(2023, 12, 31), leaving="resigned", actor=actor)
        assert (fresh(worker).status, fresh(worker).placement.ends_on) == ("left", date(2023, 12, 31))
        with pytest.raises(ValidationError, match="已离职"):
            services.change_post(worker, track=track("社区正职"), on=date(2026, 1, 1), reason="x", actor=actor)
        for _ in range(2):
            services.rehire_worker(worker, on=date(2026, 1, 5), track=track("工作人员"), actor=actor)
        back = fresh(worker)
        assert (back.status, back.left_on, back.interruptions.get().ends_on) == ("active", None, date(2026, 1, 4))
        assert back.entry_on(date(2026, 1, 5)).level == 3  # six years counted
        assert list(back.events.values_list("kind", flat=True)) == ["hired", "left", "returned"]


class TestRecords:
    def test_an_appraisal_that_a_level_rests_on_stays(self, actor, scheme):
        worker = rising()
        simulation = services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        services.record_appraisal(worker, year=2026, grade="excellent", actor=actor, at=NOW)
        services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        services.approve_lines(simulation, lines=[simulation.lines.get().pk], actor=actor, at=NOW)
        with pytest.raises(ValidationError, match="已用于 2027-01-01") as refusal:
            services.record_appraisal(worker, year=2026, grade="basic", actor=actor, at=NOW)
        assert set(refusal.value.error_dict) == {"year"}

    def test_a_sheet_is_whole_or_not_at_all(self, actor):
        one, other = make.make_worker(hired_on=date(2020, 1, 2)), make.make_worker(hired_on=date(2026, 1, 2))
        with pytest.raises(ValidationError, match=other.name):
            services.record_appraisals({one: "competent", other: "competent"}, year=2025, actor=actor)
        assert not one.appraisals.exists()
        assert services.record_appraisals({one: "competent"}, year=2025, actor=actor) == 1
        assert services.record_appraisals({one: "competent"}, year=2025, actor=actor) == 0

    def test_titles_and_breaks(self, actor):
        worker = make.make_worker(hired_on=date(2020, 1, 2))
        for day in (date(2024, 10, 1), date(2024, 10, 1), date(2025, 10, 1)):
            services.record_qualification(worker, title="assistant", obtained_on=day, actor=actor)
        assert worker.qualifications.get().obtained_on == date(2025, 10, 1)
        assert worker.events.filter(kind="qualified").count() == 2
        services.record_interruption(worker, starts_on=date(2022, 3, 1), reason="长期病假", actor=actor)
        with pytest.raises(ValidationError, match="重叠"):
            services.record_interruption(worker, starts_on=date(2023, 3, 1), reason="又一段", actor=actor)
        services.record_interruption(
            worker, starts_on=date(2022, 3, 1), ends_on=date(2022, 8, 31), reason="长期病假", actor=actor
        )
        assert worker.interruptions.get().ends_on == date(2022, 8, 31)

    def test_a_correction_is_a_further_line(self, actor):
        worker = make.make_worker(hired_on=date(2020, 1, 2))
        paper = {"on": date(2026, 1, 1), "reason": "核查工龄", "evidence": "东街发〔2026〕3号", "actor": actor}
        for _ in range(2):
            services.correct_grade(worker, level=4, **paper)
        assert list(worker.grade_entries.values_list("kind", "level")) == [("initial", 1), ("corrected", 4)]
        for fields in ({"level": 13}, {"evidence": " "}, {"on": date(2019, 1, 1)}):
            with pytest.raises(ValidationError):
                services.correct_grade(worker, **{"level": 5, **paper, **fields})


class TestLedger:
    def test_is_rewritten_by_nobody(self):
        entry = make.make_worker().grade_entries.get()
        for act in (
            lambda: GradeEntry.objects.update(level=9),
            lambda: GradeEntry.objects.filter(pk=entry.pk).delete(),
            lambda: GradeEntry.objects.bulk_update([entry], ["level"]),
        ):
            with pytest.raises(ValidationError, match="只增不改"):
                act()
        entry.level = 9
        with pytest.raises(IntegrityError), transaction.atomic():
            entry.save()
        if connection.vendor == "postgresql":
            with pytest.raises(IntegrityError), transaction.atomic():
                entry.delete()
        assert GradeEntry.objects.get().level == 1


class TestSimulation:
    def test_says_who_rises_who_does_not_and_why(self, actor, scheme):
        body = make.make_organization()
        people = {
            "rises": rising(organization=body),
            "stays": make.make_worker(body, hired_on=date(2025, 1, 2), grades={2025: "basic", 2026: "competent"}),
            "waits": make.make_worker(body, hired_on=date(2024, 1, 2), grades={2024: "competent"}),
        }
        gone = rising(organization=body)
        services.leave_worker(gone, on=timezone.localdate(), leaving="retired", actor=actor)
        simulation = services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        lines = {line.outcome: line for line in simulation.lines.all()}
        assert {outcome: line.worker for outcome, line in lines.items()} == people
        assert (lines["rises"].level_before, lines["rises"].level_after) == (1, 2)
        assert (lines["rises"].pay_before, lines["rises"].pay_after) == (2958, 3047)
        assert services.simulations.cost_of(simulation.lines.moving()) == (89, 1068)
        assert "每 3 年一级" in lines["rises"].why
        assert lines["stays"].why == "2025 年考核基本合格，不计入；再有 2 个年度考核合格，2029 年 1 月升到 2 级"
        assert lines["waits"].why == "2026 年度考核还没有登记"
        assert GradeEntry.objects.filter(kind="yearly").count() == 0

    def test_approval_writes_once(self, actor, scheme):
        workers = [rising() for _ in range(3)]
        simulation = services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        keys = list(simulation.lines.values_list("pk", flat=True))
        paper = {"actor": actor, "evidence": "会议纪要〔2026〕12号", "at": NOW}
        assert services.approve_lines(simulation, lines=keys[:2], **paper) == 2
        assert services.approve_lines(simulation, lines=keys, **paper) == 1
        assert services.approve_lines(simulation, lines=keys, **paper) == 0
        entries = GradeEntry.objects.filter(kind="yearly", effective_on=NEXT)
        assert {entry.worker for entry in entries} == set(workers)
        assert {(entry.level, entry.evidence, entry.approved_by) for entry in entries} == {
            (2, paper["evidence"], actor)
        }
        assert fresh(workers[0]).entry_on(NEXT).level == 2
        again = services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        assert again == simulation and set(simulation.lines.values_list("status", flat=True)) == {"approved"}

    def test_what_changed_since_is_refused_whole(self, actor, scheme):
        one, other = rising(), rising()
        simulation = services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        services.record_appraisal(other, year=2026, grade="incompetent", actor=actor, at=NOW)
        keys = list(simulation.lines.values_list("pk", flat=True))
        with pytest.raises(ValidationError, match=other.name) as refusal:
            services.approve_lines(simulation, lines=keys, actor=actor, at=NOW)
        assert refusal.value.code == "stale" and not GradeEntry.objects.filter(kind="yearly").exists()
        services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        assert simulation.lines.get(worker=other).outcome == "stays"
        assert services.approve_lines(simulation, lines=[simulation.lines.get(worker=one).pk], actor=actor, at=NOW) == 1

    def test_not_this_time_and_back(self, actor, scheme):
        rising()
        simulation = services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        (key,) = simulation.lines.values_list("pk", flat=True)
        with pytest.raises(ValidationError) as refusal:
            services.decline_lines(simulation, lines=[key], note=" ", actor=actor)
        assert set(refusal.value.error_dict) == {"note"}
        assert services.decline_lines(simulation, lines=[key], note="在处分期", actor=actor) == 1
        with pytest.raises(ValidationError, match="本次不调"):
            services.approve_lines(simulation, lines=[key], actor=actor)
        services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        assert simulation.lines.get().status == "declined"
        assert services.reopen_lines(simulation, lines=[key], actor=actor) == 1
        assert services.approve_lines(simulation, lines=[key], actor=actor) == 1
        with pytest.raises(ValidationError, match="已批准"):
            services.decline_lines(simulation, lines=[key], note="反悔", actor=actor)

    def test_each_office_decides_its_own(self, scheme):
        one, other = rising(), rising()
        street = make.make_post(role="street_staff", organization=one.organization.parent)
        clerk = make.make_post(organization=one.organization)
        simulation = services.prepare_simulation(scheme, year=2027, actor=street, at=NOW)
        assert [line.worker for line in simulation.lines.all()] == [one]
        services.prepare_simulation(scheme, year=2027, at=NOW)  # the platform's own, on 1 January
        keys = {line.worker: line.pk for line in simulation.lines.all()}
        assert set(keys) == {one, other}
        assert [line.worker for line in SimulationLine.objects.visible_to(street)] == [one]
        for user, lines in ((street, keys.values()), (clerk, [keys[one]])):
            with pytest.raises(PermissionDenied):
                services.approve_lines(simulation, lines=lines, actor=user, at=NOW)
        with pytest.raises(PermissionDenied):
            services.prepare_simulation(scheme, year=2027, actor=clerk, at=NOW)
        assert services.approve_lines(simulation, lines=[keys[one]], actor=street, at=NOW) == 1

    def test_what_cannot_be_worked_out_is_said(self, actor, scheme):
        for year in (2025, 2028):
            with pytest.raises(ValidationError):
                services.prepare_simulation(scheme, year=year, actor=actor, at=NOW)
        with pytest.raises(ValidationError, match="没有按这个岗位体系"):
            services.prepare_simulation(scheme, year=2027, actor=actor, at=NOW)
        rising()
        with pytest.raises(ValidationError, match="还没有晋级规则"):
            services.prepare_simulation(Scheme.objects.create(name="空的"), year=2027, actor=actor, at=NOW)
        assert not Simulation.objects.exists()


class TestVersions:
    def test_a_copy_holds_from_its_day(self, actor, scheme):
        worker = rising()
        copy = services.copy_rulebook(Rulebook.objects.get(), on=NEXT, actor=actor)
        assert (copy.ranges.count(), copy.bonuses.count()) == (3, 6)
        copy.step_years = 2
        copy.save()
        copied = services.copy_pay_table(PayTable.objects.get(), on=NEXT, actor=actor)
        assert copied.levels.count() == 18 and PayTable.objects.first() == copied
        book = services.Book(scheme, NEXT)
        assert (book.rulebook, services.Book(scheme, date(2026, 12, 31)).rulebook.step_years) == (copy, 3)
        assert book.place(fresh(worker)).level == 2
        for on in (NEXT, timezone.localdate()):
            with pytest.raises(ValidationError):
                services.copy_rulebook(copy, on=on, actor=actor)
        with pytest.raises(PermissionDenied):
            services.copy_rulebook(
                copy, on=date(2028, 1, 1), actor=make.make_post(role="street_staff", organization=worker.organization)
            )


class TestCommunityEnds:
    def test_people_go_to_the_heir(self, actor):
        worker = make.make_worker()
        heir = make.make_organization(parent=worker.organization.parent)
        with pytest.raises(ValidationError, match="社区工作者 1 项"):
            dissolve_organization(worker.organization, actor=actor, reason="拆迁")
        merge_organizations(worker.organization, into=heir, actor=actor, reason="合并")
        worker.refresh_from_db()
        assert worker.organization == heir


class TestTransitions:
    def test_every_status_is_a_key(self):
        for model in (CommunityWorker, SimulationLine):
            assert set(model.TRANSITIONS) == set(model.Status)
            assert not model._meta.get_field("status").editable
        assert set(WorkerEvent.Kind) >= {"hired", "left"}
