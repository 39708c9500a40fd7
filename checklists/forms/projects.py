"""立项 and its corrections: the facts of a project as staff fill them in."""

from django import forms
from django.core.exceptions import ValidationError

from checklists.models import Project
from checklists.services import projects

FIELDS = [
    "community",
    "name",
    "goal",
    "needs",
    "resources",
    "unit",
    "joint_units",
    "leader",
    "budget",
    "starts_on",
    "due_on",
    "beneficiaries",
]


class ProjectForm(forms.ModelForm):
    """Inside the admin, which narrows every choice to what the user sees."""

    class Meta:
        model = Project
        fields = FIELDS
        error_messages = {
            "community": {"required": "请选择社区。"},
            "name": {"required": "请填写项目名称。"},
            "goal": {"required": "请写明要解决的问题。"},
            "starts_on": {"required": "请选择开始日期。", "invalid": "请填写日期，如 2026-12-01。"},
            "due_on": {"required": "请选择完成时限。", "invalid": "请填写日期，如 2026-12-01。"},
            "budget": {"required": "请填写预算，没有填 0。", "invalid": "预算填数字，例如 30000。"},
        }
        help_texts = {
            "goal": "公示时所有人都能看到，不写居民的姓名、电话和门牌。",
            "needs": "这个项目解决哪些需求，只能选本社区的。",
            "unit": "没有合适的单位可以先不填，立项后开放揭榜。",
            "leader": "只给工作人员看，不公开。",
            "budget": "元，最多两位小数。",
            "beneficiaries": "预计多少人受益，提交验收时再核实。",
        }

    def clean(self):
        cleaned = super().clean()
        community = cleaned.get("community") or (self.instance.community if self.instance.pk else None)
        if community and any(need.community_id != community.pk for need in cleaned.get("needs") or ()):
            self.add_error("needs", "只能选本社区的需求。")
        if (
            not self.instance.pk
            and community
            and projects.is_repeat(Project(community=community, name=cleaned.get("name")))
        ):
            self.add_error("name", projects.REPEATED)
        if self.instance.pk:
            held = Project.objects.get(pk=self.instance.pk)
            changed = {name: cleaned[name] for name in self.changed_data if name in cleaned}
            for name, words in projects.refusals(held, changed).items():
                self.add_error(name, words)
        return cleaned


def demand_one_community(needs):
    """The community of all the `needs`; ValidationError where there are several."""
    communities = {need.community_id: need.community for need in needs}
    if len(communities) > 1:
        raise ValidationError("所选需求不在同一个社区，一个项目只解决一个社区的需求。", code="community")
    return next(iter(communities.values()), None)
