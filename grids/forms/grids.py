from django import forms

from grids.models import Grid
from grids.services.grids.founding import code_faults


class GridForm(forms.ModelForm):
    """A grid's own facts; its code may stay blank and is then the next free one."""

    class Meta:
        model = Grid
        fields = ["name", "code", "level", "kind", "parent", "communities", "boundary", "supervision_phone"]
        help_texts = {
            "code": "12 位社区代码加 3 位序号；总网格是 6 位区县代码、000000 和 3 位序号。不填就自动编。",
            "kind": "综合网格管户，专属网格是学校、市场、园区这样自己负责的地方。",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].required = False

    def clean(self):
        cleaned = super().clean()
        level, parent, code = cleaned.get("level"), cleaned.get("parent"), cleaned.get("code")
        communities = list(cleaned.get("communities") or ())
        if level == Grid.Level.COMMUNITY and not parent and "parent" in self.fields and "parent" not in self.errors:
            self.add_error("parent", "社区分网格要选所属的区级总网格。")
        if level == Grid.Level.DISTRICT and parent:
            self.add_error("parent", "总网格没有上级，这里请留空。")
        if not self.instance.pk and not communities and "communities" in self.fields:
            if level == Grid.Level.COMMUNITY and "communities" not in self.errors:
                self.add_error("communities", "社区分网格要选覆盖的社区。")
            elif not code and "code" not in self.errors:
                self.add_error("code", "请填网格编码，或先选覆盖的社区。")
        if self.instance.pk and "communities" in self.changed_data:
            self.keep_covered(communities)
        if self.instance.pk and not code and "code" not in self.errors:
            self.add_error("code", "请填网格编码。")
        if code and level and "code" in self.changed_data and (fault := code_faults(code, level, communities)):
            self.add_error("code", fault)
        return cleaned

    def keep_covered(self, communities):
        """A community whose buildings are in the grid stays covered."""
        left = self.instance.buildings.exclude(quarter__community__in=communities).select_related("quarter__community")
        if building := left.first():
            words = f"{building.quarter.community}还有 {left.count()} 栋楼在这个网格里，请先调整楼栋。"
            self.add_error("communities", words)
