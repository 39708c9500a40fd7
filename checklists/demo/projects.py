"""How each project of the demonstration went, through the public services, each act at the hour of its day."""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.utils import timezone

from accounts.models import Notification
from checklists.demo.pictures import picture
from checklists.demo.project_plans import (
    CLOSED,
    INSPECTING,
    PLANS,
    PROPOSED,
    PUBLICIZED,
    STOPPED,
)
from checklists.models import Evidence, Expense, Need, NeedPhoto, Project
from checklists.services import bids, projects
from checklists.services.appraisals import appraise
from organizations.models import Unit

Stage = Evidence.Stage
REPORTS = {
    25: "已进场，按节点推进。",
    50: "完成过半，居民配合得很好。",
    75: "主体完成，正在收尾。",
    100: "全部完成，等待验收。",
}
SILENT = {
    projects.propose_project,
    projects.add_milestone,
    projects.report_progress,
    projects.finish_milestone,
    projects.record_expense,
    projects.add_evidence,
}  # verbs that send no message
READ_AFTER = 3  # days; younger messages are still unread


class Projects:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.units = {unit.name: unit for unit in Unit.objects.select_related("liaison")}
        self.pictures = {}

    def run(self):
        for plan in PLANS:
            self.tell(plan)

    def day(self, plan, after):
        return timezone.localdate(self.now) - timedelta(days=plan.age - after)

    def at(self, plan, after):
        """The moment `after` days after it was proposed, in office hours, never later than now."""
        moment = datetime.combine(self.day(plan, after), time(9 + int(after) % 8, 10 + 7 * plan.place % 45))
        return min(timezone.make_aware(moment), self.now)

    def act(self, verb, *args, at, **kwargs):
        """Run one verb; the messages that it sends came at that moment."""
        if verb in SILENT:
            return verb(*args, at=at, **kwargs)
        last = Notification.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        result = verb(*args, at=at, **kwargs)
        is_old = self.now - at > timedelta(days=READ_AFTER)
        Notification.objects.filter(pk__gt=last).update(created_at=at, read_at=at if is_old else None)
        return result

    def tell(self, plan):
        clerk = self.district.clerks[self.district.communities[plan.place]]
        project = self.propose(plan, clerk)
        self.bid(plan, project, clerk)
        if plan.ending == PROPOSED:
            return
        start = 13 if plan.bids else 2
        project = self.act(projects.publicize, project, actor=clerk, at=self.at(plan, start))
        if plan.objection:
            self.act(projects.record_objection, project, actor=clerk, note=plan.objection, at=self.at(plan, start + 2))
        if plan.ending == PUBLICIZED:
            return
        if plan.ending == STOPPED:
            self.act(projects.stop, project, actor=clerk, reason=plan.stop_reason, at=self.at(plan, start + 6))
            return
        start += 9
        project = self.act(projects.start, project, actor=clerk, at=self.at(plan, start))
        self.work(plan, project, clerk, start)

    def propose(self, plan, clerk):
        community = self.district.communities[plan.place]
        project = Project(
            community=community,
            name=plan.name,
            goal=plan.goal,
            unit=self.units.get(plan.unit),
            leader=self.district.people.draw().name,
            budget=plan.money,
            starts_on=self.day(plan, 0),
            due_on=self.day(plan, plan.span),
            beneficiaries=plan.beneficiaries,
        )
        needs = Need.objects.filter(community=community, category__name__in=plan.kinds).exclude(
            status__in=["rejected", "merged", "withdrawn"]
        )
        return self.act(
            projects.propose_project,
            project,
            actor=clerk,
            needs=list(needs.order_by("submitted_at")[:3]),
            resources=list(project.unit.resources.all()[:1]) if project.unit else (),
            at=self.at(plan, 0),
        )

    def bid(self, plan, project, clerk):
        if not plan.bids:
            return
        is_open = plan.ending == PROPOSED
        self.act(
            bids.open_bidding, project, actor=clerk, closes_on=self.day(plan, 10 + 3 * is_open), at=self.at(plan, 1)
        )
        rows = [
            self.act(
                bids.submit_bid,
                project,
                unit=self.units[name],
                actor=self.units[name].liaison,
                plan=words,
                budget=Decimal(budget),
                at=self.at(plan, 2 + place),
            )
            for place, (name, words, budget) in enumerate(plan.bids)
        ]
        if not is_open:
            reason = "方案具体，人员固定，以往承接的事居民评价好。"
            self.act(bids.choose_bid, rows[0], actor=clerk, reason=reason, at=self.at(plan, 11))

    # --- 实施 ---------------------------------------------------------------------------------------------------------
    def work(self, plan, project, clerk, start):
        is_over = plan.ending in (INSPECTING, CLOSED)
        stop = min(plan.span, plan.age - 6) if is_over else plan.age
        milestones = self.plan_milestones(plan, project, clerk, start)
        self.show(plan, project, clerk, Stage.BEFORE, start)
        for progress in [*(each for each in REPORTS if each < plan.progress), plan.progress]:
            at = self.at(plan, start + (stop - start) * progress / max(plan.progress, 1) * (0.95 if is_over else 0.9))
            note = REPORTS.get(progress, "按计划推进。")
            project = self.act(projects.report_progress, project, actor=clerk, progress=progress, note=note, at=at)
            for milestone in milestones[: len(milestones) * progress // 100]:
                self.act(projects.finish_milestone, milestone, actor=clerk, at=at)
        self.spend(plan, project, clerk, start, stop)
        self.show(plan, project, clerk, Stage.DURING, (start + stop) // 2)
        if is_over:
            self.end(plan, project, clerk, stop)

    def plan_milestones(self, plan, project, clerk, start):
        step = (plan.span - start) / len(plan.steps)
        return [
            self.act(
                projects.add_milestone,
                project,
                actor=clerk,
                name=name,
                starts_on=self.day(plan, start + int(place * step)),
                due_on=self.day(plan, start + int((place + 1) * step) - 1 + (place == len(plan.steps) - 1)),
                at=self.at(plan, start),
            )
            for place, name in enumerate(plan.steps)
        ]

    def spend(self, plan, project, clerk, start, stop):
        for place, (purpose, amount) in enumerate(plan.expenses, start=1):
            after = start + (stop - start) * place // (len(plan.expenses) + 1)
            row = self.act(
                projects.record_expense,
                project,
                actor=clerk,
                amount=Decimal(amount),
                purpose=purpose,
                spent_on=self.day(plan, after),
                at=self.at(plan, after),
            )
            Expense.objects.filter(pk=row.pk).update(recorded_at=self.at(plan, after))

    def show(self, plan, project, clerk, stage, after):
        if not plan.scene:
            return
        photo = self.photo(plan.scene, is_mended=stage == Stage.AFTER)
        captions = {Stage.BEFORE: "实施前", Stage.DURING: "施工现场", Stage.AFTER: "完成后"}
        at = self.at(plan, after)
        rows = self.act(
            projects.add_evidence,
            project,
            actor=clerk,
            photos=[photo],
            stage=stage,
            caption=captions[stage],
            are_public=stage != Stage.BEFORE,
            at=at,
        )
        Evidence.objects.filter(pk__in=[row.pk for row in rows]).update(added_at=at)

    def photo(self, scene, *, is_mended):
        """One that a need of this kind has already, else drawn; each row has a file of its own."""
        key = scene, is_mended
        if key not in self.pictures:
            stage = NeedPhoto.Stage.FINISHED if is_mended else NeedPhoto.Stage.REPORTED
            held = NeedPhoto.objects.filter(need__category__name=scene, stage=stage).first()
            file = held.image if held else picture(scene, self.rng, mended=is_mended)
            self.pictures[key] = file.read()
        return ContentFile(self.pictures[key], name="photo.jpg")

    def end(self, plan, project, clerk, stop):
        self.show(plan, project, clerk, Stage.AFTER, stop)
        ending = {"actor": clerk, "outcome": plan.outcome, "beneficiaries": plan.beneficiaries}
        project = self.act(projects.submit_for_inspection, project, at=self.at(plan, stop), **ending)
        if plan.is_failed_once:
            reason = "西侧山墙还有两处没有补平，补好再报。"
            project = self.act(
                projects.fail_inspection, project, actor=clerk, reason=reason, at=self.at(plan, stop + 1)
            )
            project = self.act(projects.submit_for_inspection, project, at=self.at(plan, stop + 4), **ending)
        if plan.ending == CLOSED:
            needs = list(projects.endable_needs(project, clerk))
            note = "现场查看，与方案一致，同意销号。"
            project = self.act(
                projects.pass_inspection, project, actor=clerk, note=note, needs=needs, at=self.at(plan, stop + 3)
            )
        for place, (satisfaction, note) in enumerate(plan.opinions):
            phone = f"1380990{plan.place:02}{place:02}"
            at = min(self.at(plan, stop + 4) + timedelta(hours=5 * place), self.now)
            appraise(project, phone=phone, satisfaction=satisfaction, note=note, at=at)
