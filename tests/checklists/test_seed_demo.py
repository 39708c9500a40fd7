import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

from auditlog.models import LogEntry
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Sum
from django.test import TestCase

from accounts.models import Notification, User
from checklists.demo.district import District
from checklists.demo.stories import ENDINGS, Stories
from checklists.models import Category, Claim, Dispatch, Need, NeedEvent, NeedPhoto, Resource
from dashboards.management.commands.report_figures import REPORT, count_figures
from govern.demo import demo_accounts, demo_password, demo_phones
from grids.models import Building, Duty, Grid, Instructor, Quarter, Residence
from organizations.checkup import check
from organizations.models import LeadershipTerm, Organization, Unit
from organizations.models.units import is_credit_code
from organizations.services import tree_faults
from tests.factories import at
from volunteers.models import Volunteer

TODAY = date(2026, 11, 23)
NOW = at("2026-11-23 18:00")
S = Need.Status


class TestSeedDemo(TestCase):
    """One run serves all: it is read, not changed."""

    @classmethod
    def setUpTestData(cls):
        call_command("seed_demo", today=TODAY, verbosity=0)
        cls.hooks = len(connection.run_on_commit)

    def test_figures_are_the_reports_own(self):
        figures = count_figures()
        self.assertEqual({key: figures[key] for key, _, _ in REPORT}, {key: said for key, _, said in REPORT})

    def test_people_on_duty_are_distinct(self):
        for model in (LeadershipTerm, Instructor):
            self.assertEqual(model.objects.values("phone_index").distinct().count(), model.objects.count())
        heads = Duty.objects.filter(kind=Duty.Kind.BUILDING_HEAD)
        self.assertEqual(heads.values("building").distinct().count(), Building.objects.count())

    def test_tree_is_sound_and_has_all_five_levels(self):
        self.assertEqual(tree_faults(), [])
        tiers = Counter(Organization.objects.values_list("tier", flat=True))
        self.assertEqual([tiers[tier] for tier in (1, 2, 3)], [4, 16, 122])
        self.assertGreater(tiers[4], 100)
        self.assertGreater(tiers[5], 100)

    def test_joint_branches_cover_two_to_four_quarters(self):
        joint = Quarter.objects.filter(branch__kind="joint_branch").values("branch").annotate(covered=Count("pk"))
        self.assertEqual({row["covered"] for row in joint} - {2, 3, 4}, set())
        self.assertEqual(Quarter.objects.without_branch().exclude(instructors__isnull=False).count(), 0)

    def test_a_few_quarters_without_a_branch_are_ripe_for_one(self):
        found = Counter(each.rule.code for each in check(Organization.objects.all()))
        self.assertEqual(found["ripe_quarter"], 3)
        self.assertGreater(Residence.objects.count(), 1500)

    def test_grids_cover_every_community_once(self):
        grids = Grid.objects.filter(level="community").annotate(covered=Count("communities"))
        self.assertEqual(Counter(grids.values_list("covered", flat=True)), {1: 6, 2: 5})
        self.assertEqual(Building.objects.exclude(grid__communities=F("quarter__community")).count(), 0)

    def test_every_kind_of_need_has_a_resource_that_reaches_everywhere(self):
        kinds = Category.objects.kinds().filter(emergency_notice="")
        self.assertEqual(kinds.exclude(resources__radius=3).count(), 0)
        self.assertEqual(Resource.objects.exclude(category__emergency_notice="").count(), 0)
        self.assertTrue(all(is_credit_code(unit.credit_code) for unit in Unit.objects.all()))

    def test_needs_stand_in_all_states_and_came_on_all_channels(self):
        statuses = Counter(Need.objects.values_list("status", flat=True))
        self.assertEqual(set(statuses), set(S.values))
        self.assertGreaterEqual(min(statuses.values()), 3)
        self.assertTrue(380 <= sum(statuses.values()) <= 430)
        self.assertEqual(set(Need.objects.values_list("channel", flat=True)), set(Need.Channel.values))
        self.assertGreater(Need.objects.overdue(NOW).count(), 10)
        self.assertGreater(Need.objects.due_soon(NOW, timedelta(hours=24)).count(), 3)
        self.assertGreater(Need.objects.awaiting_follow_up(NOW, timedelta(days=3)).count(), 3)

    def test_nothing_happens_after_now_or_before_what_came_before_it(self):
        self.assertFalse(NeedEvent.objects.filter(at__gt=NOW).exists())
        for need in Need.objects.prefetch_related("events"):
            events = sorted(need.events.all(), key=lambda event: event.pk)
            self.assertEqual([event.at for event in events], sorted(event.at for event in events), need.code)
            self.assertEqual([event.from_status for event in events], ["", *(event.to_status for event in events[:-1])])
            self.assertEqual(events[-1].to_status, need.status)
            if need.parent_id is None:  # a part waits as long as its whole
                self.assertEqual(events[0].at, need.submitted_at)

    def test_a_dispatch_is_open_where_its_need_waits_for_a_unit(self):
        open_ones = dict(Dispatch.objects.open().values_list("need", "status"))
        by_units = Need.objects.exclude(claims__in=Claim.objects.active())
        waiting = dict(by_units.filter(status__in=[S.DISPATCHED, S.TAKEN]).values_list("pk", "status"))
        for pk, status in waiting.items():
            self.assertEqual(open_ones.pop(pk), "offered" if status == S.DISPATCHED else "taken")
        self.assertEqual(
            Need.objects.filter(pk__in=open_ones).exclude(status__in=[S.IN_SERVICE, S.SUSPENDED]).count(), 0
        )
        self.assertFalse(Dispatch.objects.unanswered(NOW).exists())

    def test_reserved_places_are_those_of_the_current_period(self):
        held = Dispatch.objects.held()
        for resource in Resource.objects.all():
            taken = held.filter(resource=resource, offered_at__date__gte=resource.period_starts_on)
            self.assertEqual(resource.reserved, taken.aggregate(total=Sum("people_count"))["total"] or 0, resource)

    def test_the_sweeps_have_nothing_left_to_do(self):
        self.assertQuerySetEqual(Need.objects.match_due(TODAY), [])
        self.assertFalse(Need.objects.undispatched(NOW).exists())
        self.assertFalse(Need.objects.filter(status=S.SUSPENDED, suspended_until__lte=TODAY).exists())
        self.assertEqual(self.hooks, 0)
        self.assertFalse(LogEntry.objects.exists())

    def test_texts_are_varied(self):
        texts = list(Need.objects.order_by("submitted_at").values_list("text", flat=True))
        self.assertGreater(len(set(texts)), len(texts) * 0.7)
        self.assertTrue(all(one != other for one, other in zip(texts, texts[1:], strict=False)))
        self.assertFalse([text for text in texts if "{" in text])

    def test_photos_hang_and_messages_of_the_past_are_read(self):
        self.assertGreater(NeedPhoto.objects.count(), 10)
        self.assertFalse(NeedPhoto.objects.filter(added_at__gt=NOW).exists())
        self.assertFalse(Notification.objects.filter(created_at__gt=NOW).exists())
        self.assertTrue(Notification.objects.unread().exists())

    def test_accounts_sign_in_and_find_work(self):
        names = {account["username"] for account in demo_accounts()}
        (guest,) = demo_phones()
        self.assertTrue(Volunteer.objects.get(user__username=guest["username"]).phone == guest["phone"])
        staff, outside = (
            {"guanli", "anquan", "shenji", "quji", "jiedao", "shequ", "shequ2"},
            {"wangge", "louzhang", "daiban", "danwei", "danwei2"},
        )
        self.assertEqual(names, staff | outside | {"dudao", "dudao2"})
        self.assertFalse(User.objects.filter(is_superuser=True).exists())
        users = {user.username: user for user in User.objects.all()}
        for name in names:
            self.assertTrue(users[name].check_password(demo_password()))
        self.assertTrue(users["shenji"].has_perm("auditlog.view_logentry"))
        desk = Counter(Need.objects.visible_to(users["shequ"]).values_list("status", flat=True))
        self.assertGreaterEqual(min(desk[S.SUBMITTED], desk[S.ACCEPTED], desk[S.DISPATCHED], desk[S.DONE]), 3)
        offers = Counter(Dispatch.objects.visible_to(users["danwei"]).values_list("status", flat=True))
        self.assertGreaterEqual(offers["offered"], 2)
        self.assertGreaterEqual(offers["taken"], 2)
        self.assertTrue(Need.objects.visible_to(users["wangge"]).exists())
        self.assertEqual(Need.objects.visible_to(users["dudao"]).count(), Need.objects.count())
        street = Need.objects.visible_to(users["dudao2"])
        self.assertEqual(street.count(), Need.objects.filter(community__street__name="东区街道").count())

    def test_a_second_run_is_refused(self):
        before = Path(settings.VAR_DIR, "demo_accounts.json").read_text()
        with self.assertRaisesMessage(CommandError, "演示数据只能建在空的平台上"):
            call_command("seed_demo", today=TODAY, verbosity=0)
        self.assertEqual(Path(settings.VAR_DIR, "demo_accounts.json").read_text(), before)
        json.loads(before)


class TestRepeatable(TestCase):
    """The same day and seed give the same district; three needs of each ending show as much as four hundred."""

    def told(self):
        with transaction.atomic():
            district = District(today=TODAY, password="x", rng=random.Random(1))
            Stories(district, now=NOW, rng=random.Random(1), endings=dict.fromkeys(ENDINGS, (3, 1))).run()
            needs = Need.objects.order_by("code").values_list(
                "code", "status", "text", "submitted_at", "community__name"
            )
            events = NeedEvent.objects.order_by("need__code", "pk").values_list("need__code", "to_status", "note", "at")
            told = list(needs), list(events), list(Unit.objects.order_by("pk").values_list("name", "credit_code"))
            transaction.set_rollback(True)
        return told

    def test_same_day_same_data(self):
        self.assertEqual(self.told(), self.told())
