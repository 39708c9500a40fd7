import gc
import json
import random
from argparse import ArgumentTypeError
from datetime import date, datetime, time
from fractions import Fraction

from auditlog.context import disable_auditlog
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from checklists.demo.cadres import Cadres
from checklists.demo.claims import Claims
from checklists.demo.crowd import crowd_in
from checklists.demo.district import District
from checklists.demo.duties import Duties
from checklists.demo.leagues import Leagues
from checklists.demo.meetings import Meetings
from checklists.demo.members import Members
from checklists.demo.names import COMMUNITIES
from checklists.demo.nights import Nights
from checklists.demo.projects import Projects
from checklists.demo.publications import Publications
from checklists.demo.residences import Residences
from checklists.demo.stories import ENDINGS, Stories
from checklists.demo.talks import Talks
from checklists.demo.terms import Terms
from checklists.demo.traces import date_latest
from checklists.demo.venues import Venues
from checklists.demo.voices import Voices
from deliberations import demo as deliberations
from govern.demo import demo_password
from govern.loading import tell_planner
from organizations.models import Organization
from patrols.demo.care import Care
from patrols.demo.channels import Channels
from patrols.demo.city import city_in, size_of
from patrols.demo.errands import Errands
from patrols.demo.ground import Ground
from patrols.demo.incidents import Incidents
from patrols.demo.messages import Messages
from patrols.demo.people import People
from volunteers.demo.city import VOLUNTEERS, volunteers_in
from volunteers.demo.groups import Groups
from volunteers.demo.people import Volunteers
from volunteers.demo.posts import Posts
from volunteers.demo.reviews import Reviews
from volunteers.demo.service import Service

PARTS = (
    *(Projects, Duties, Venues, Members, Residences, Terms, Leagues, Meetings, Talks, Cadres),
    *(Ground, People, Care, Incidents, Channels, Errands, Messages),
    *(Volunteers, Posts, Groups, Service, Reviews, Claims),
    *deliberations.PARTS,
)
SEED = 20230505
COMMUNITY_WEIGHT = 12  # a community takes about as long as so many needs


class Command(BaseCommand):
    help = "建立演示数据：一个经济开发区，16 个社区，约 400 件需求。同一日期每次结果相同。"

    def add_arguments(self, parser):
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="数据截至哪一天（YYYY-MM-DD）的 18 点；不填为现在。",
        )
        parser.add_argument(
            "--scale",
            type=scale_of,
            default=0,
            metavar="N",
            help="用来看数据多时快不快。N：另加 N 件一年内的需求、N/10 项资源，分在 10 个街道 160 个社区。"
            "city：另加一座城市，3000 个社区、3 万个网格、30 万栋楼、300 万件巡查事件、"
            "50 万志愿者、500 万次报名（city/100 为其百分之一），"
            "只能用 PostgreSQL。",
        )

    def handle(self, *, today, scale, **options):
        now = timezone.make_aware(datetime.combine(today, time(18))) if today else timezone.now()
        gc.disable()  # a million short-lived rows and queries: looking for cycles among them is a seventh of the time
        try:
            accounts = self.fill(now, scale)
        finally:
            gc.enable()
        path = settings.VAR_DIR / "demo_accounts.json"
        path.write_text(json.dumps(accounts, ensure_ascii=False, indent=1))

    def fill(self, now, scale):
        """All of it in one transaction: whoever stops half-way finds the database as it was."""
        if isinstance(scale, Fraction) and connection.vendor != "postgresql":
            raise CommandError("整座城市的数据只能建在 PostgreSQL 上，请用 DATABASE_URL 指定一个 PostgreSQL 数据库。")
        with transaction.atomic(), disable_auditlog():
            if Organization.objects.exists():
                raise CommandError("数据库里已经有党组织，演示数据只能建在空的平台上。")
            district = self.seed(now)
            if isinstance(scale, Fraction):
                self.seed_city(district, now, scale)
            elif scale > 0:
                self.seed_crowd(district, now, scale)
            # Each acceptance asked for a matching task that has been done above; nothing is left for a worker.
            connection.run_on_commit.clear()
        return district.accounts

    def seed(self, now):
        """Everything up to the moment `now`; returns the district, which knows the accounts to be told."""
        places, needs = len(COMMUNITIES) * COMMUNITY_WEIGHT, sum(count for count, _ in ENDINGS.values())
        with tqdm(
            total=places + needs,
            desc="正在准备演示数据",
            bar_format="{desc} {percentage:3.0f}% |{bar:30}| 已用 {elapsed}",
            leave=False,
            disable=self.quiet,
        ) as bar:
            district = District(
                today=timezone.localdate(now),
                password=demo_password(),
                rng=random.Random(SEED),
                report=lambda: bar.update(COMMUNITY_WEIGHT),
            )
            tell_planner()
            stories = Stories(district, now=now, rng=random.Random(SEED))
            stories.run(bar.update)
            Voices(stories).run()
            Publications(district).run()
            tell_planner()
            for part in PARTS:
                part(district, now=now, rng=random.Random(SEED)).run()
                tell_planner()
            Nights(now=now).run()
            date_latest(now)
        return district

    def seed_crowd(self, district, now, count):
        """The same platform full of needs: places by the ORM, needs and resources by COPY."""
        with tqdm(
            total=count,
            desc="正在加入大量数据",
            bar_format="{desc} {percentage:3.0f}% |{bar:30}| 已用 {elapsed}",
            leave=False,
            disable=self.quiet,
        ) as bar:
            crowd_in(district, count=count, now=now, rng=random.Random(SEED), report=bar.update)

    def seed_city(self, district, now, share):
        size = size_of(share)
        with tqdm(
            total=size["buildings"] + size["needs"] + size["incidents"] + round(VOLUNTEERS * share),
            desc="正在建立整座城市",
            bar_format="{desc} {percentage:3.0f}% |{bar:30}| 已用 {elapsed}",
            leave=False,
            disable=self.quiet,
        ) as bar:
            city = city_in(district, share=share, now=now, rng=random.Random(SEED), report=bar.update)
            volunteers_in(district, city.communities, share=share, now=now, rng=random.Random(SEED), report=bar.update)

    def execute(self, *args, **options):
        self.quiet = options["verbosity"] == 0
        return super().execute(*args, **options)


def scale_of(words):
    """How many needs to add (int), or what share of the city (Fraction)."""
    name, _, parts = words.partition("/")
    try:
        return Fraction(1, int(parts or 1)) if name == "city" else int(words)
    except (ValueError, ZeroDivisionError) as error:
        raise ArgumentTypeError("请写需求件数，或 city、city/100。") from error
