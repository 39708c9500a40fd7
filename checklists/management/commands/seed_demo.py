import gc
import json
import random
from datetime import date, datetime, time

from auditlog.context import disable_auditlog
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from checklists.demo.district import District
from checklists.demo.names import COMMUNITIES
from checklists.demo.stories import ENDINGS, Stories
from govern.demo import demo_password
from organizations.models import Organization

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

    def handle(self, *, today, **options):
        now = timezone.make_aware(datetime.combine(today, time(18))) if today else timezone.now()
        gc.disable()  # a million short-lived rows and queries: looking for cycles among them is a seventh of the time
        try:
            accounts = self.fill(now)
        finally:
            gc.enable()
        path = settings.VAR_DIR / "demo_accounts.json"
        path.write_text(json.dumps(accounts, ensure_ascii=False, indent=1))

    def fill(self, now):
        """All of it in one transaction: whoever stops half-way finds the database as it was."""
        with transaction.atomic(), disable_auditlog():
            if Organization.objects.exists():
                raise CommandError("数据库里已经有党组织，演示数据只能建在空的平台上。")
            accounts = self.seed(now)
            # Each acceptance asked for a matching task that has been done above; nothing is left for a worker.
            transaction.get_connection().run_on_commit.clear()
        return accounts

    def seed(self, now):
        """Everything up to the moment `now`; returns the accounts to be told."""
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
            Stories(district, now=now, rng=random.Random(SEED)).run(bar.update)
        return district.accounts

    def execute(self, *args, **options):
        self.quiet = options["verbosity"] == 0
        return super().execute(*args, **options)
