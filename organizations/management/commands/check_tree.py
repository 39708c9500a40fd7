from django.core.management import BaseCommand, CommandError

from organizations.models import Organization
from organizations.services import mend_tree, tree_faults


class Command(BaseCommand):
    help = "检查党组织树：左右值、树号、层级是否与上级一致。有问题时退出码为 1。"

    def add_arguments(self, parser):
        parser.add_argument("--mend", action="store_true", help="按上级关系重新计算，再检查一遍。")

    def handle(self, *, mend, **options):
        faults = tree_faults()
        self.tell(faults)
        if faults and mend:
            faults = mend_tree()
            self.stdout.write("已按上级关系重新计算。")
            self.tell(faults)
        if faults:
            raise CommandError(
                f"党组织树有 {len(faults)} 处问题。" + ("请人工核对上级。" if mend else "加 --mend 修复。")
            )
        self.stdout.write(f"党组织树完好，共 {Organization.objects.count()} 个组织。")

    def tell(self, faults):
        for fault in faults:
            self.stdout.write(f"{fault.name}（编号 {fault.organization_id}）：{fault.what}")
