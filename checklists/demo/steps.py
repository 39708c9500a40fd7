"""The single steps of a story: each goes through the public services with the clock of its moment."""

from django.core.exceptions import ValidationError
from django.utils import timezone

from checklists.demo import words
from checklists.demo.names import ELDERS
from checklists.models import Category, Dispatch, Need, NeedEvent, NeedPhoto, Resource
from checklists.services import dispatches, matching, needs

RESIDENT, UNIT = NeedEvent.Party.RESIDENT, NeedEvent.Party.UNIT
S = Need.Status
STAFF_CHANNELS = (Need.Channel.MATTERS_DESK, Need.Channel.MOBILE_DESK, Need.Channel.PHONE, Need.Channel.VISIT)


class Steps:
    """`album` gathers the (need, stage, moment) of which there are photos."""

    def __init__(self, district, *, dice):
        self.district = district
        self.dice = dice
        self.rng = dice.rng
        self.album = []
        kinds = Category.objects.kinds().select_related("parent")
        self.class_names = {kind.pk: kind.parent.name for kind in kinds}

    def class_name(self, need):
        return self.class_names[need.category_id]

    def file(self, plan, filer, at):
        rng, need = self.rng, plan.need
        if filer:
            is_tuesday = timezone.localtime(at).weekday() == 1
            need.channel = Need.Channel.RED_VEST if is_tuesday and rng.random() < 0.7 else rng.choice(STAFF_CHANNELS)
            if need.community == self.district.communities[0] and rng.random() < 0.5:
                filer, need.channel = self.district.grid_worker, Need.Channel.VISIT
        else:
            need.channel = Need.Channel.SCAN if need.building and rng.random() < 0.45 else Need.Channel.WEB
        if rng.random() < (0.4 if filer else 0.08):
            need.on_behalf_of = self.dice.anybody(ELDERS)
        if need.channel == Need.Channel.WEB and rng.random() < 0.25:
            offers = Resource.objects.open(timezone.localdate(at)).public().serving(need.community)
            need.wanted_resource = offers.filter(category=need.category).order_by("-radius", "pk").first()
        need = needs.submit_need(need, actor=filer or RESIDENT, at=at)
        self.photograph(plan, need, NeedPhoto.Stage.REPORTED, at)
        if need.status == S.ACCEPTED:
            self.match(need, at)
        return need

    def match(self, need, at):
        """What the worker does a moment after the acceptance."""
        matching.propose(need, at=at)
        matching.dispatch_best(need, at=at)
        need.refresh_from_db()

    def open_dispatch(self, need):
        return Dispatch.objects.open().filter(need=need).select_related("need", "resource").first()

    def offer(self, need, clerk, at):
        """The dispatch that is open already, or a new one to one of the best; None where nobody has a place left."""
        row = self.open_dispatch(need)
        if row is not None:
            return row
        resources = [proposal.resource for proposal in need.proposals.select_related("resource").order_by("rank")]
        if len(resources) > 1 and self.rng.random() < 0.2:
            resources[0], resources[1] = resources[1], resources[0]
        resources.sort(key=lambda resource: resource.pk != need.wanted_resource_id)
        for resource in resources:
            try:
                return dispatches.dispatch(
                    need, resource, actor=clerk, note=self.dice.deal("dispatched", words.DISPATCHED), at=at
                )
            except ValidationError as error:
                if error.code == "transition":
                    raise
        return None

    def decline(self, need, row, at):
        if row is None:
            return
        # Nobody has agreed on a time yet who still has to answer.
        reasons = [reason for reason in Dispatch.Reason.values if reason != Dispatch.Reason.NO_SHOW]
        reason = self.dice.deal("reason", reasons)
        note = self.dice.deal(reason, words.DECLINED[reason])
        dispatches.decline(row, actor=self.actor(row), reason=reason, note=note, at=at)
        self.match(need, at)

    def actor(self, row):
        """Mostly the liaison; sometimes somebody with the signed link."""
        return UNIT if self.rng.random() < 0.2 else self.district.liaisons[row.resource.unit_id]

    def result(self, need):
        return self.dice.deal(f"finished {need.category}", words.FINISHED[need.category.name])

    def say(self, need, occasion, bank):
        """Words that fit the class of `need`; those under "" fit any other."""
        name = self.class_name(need)
        name = name if name in bank else ""
        return self.dice.deal(f"{occasion} {name}", bank[name])

    def rate(self, need, actor, at, satisfaction=None):
        satisfaction = satisfaction or self.rng.choices(Need.Satisfaction.values, (68, 22, 10))[0]
        is_solved = self.rng.random() < {"satisfied": 0.98, "mostly": 0.9, "dissatisfied": 0.3}[satisfaction]
        note = self.dice.deal(f"rated {satisfaction}", words.RATINGS[satisfaction])
        if actor != RESIDENT and note:
            note = words.FOLLOW_UP + note
        needs.rate(need, actor=actor, satisfaction=satisfaction, is_solved=is_solved, note=note, at=at)

    def photograph(self, plan, need, stage, at):
        if plan.has_photo:
            self.album.append((need, stage, at))
