"""岗位: written in a form of its kind; what is done with one is an act on its page."""

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget

from govern.acts import Act
from organizations.forms.elections import words_field
from organizations.forms.leagues import PICK
from organizations.forms.organizations import ServiceFormMixin
from volunteers.forms.fields import CodeField
from volunteers.models import Position, Volunteer
from volunteers.services import holdings, positions, suggestions

Kind, Status = Position.Kind, Position.Status
WHERE = {
    Kind.BUILDING_HEAD: ["building"],
    Kind.GRID_WORKER: ["grid"],
    Kind.HOUSEHOLD: ["branch"],
    Kind.GENERAL: ["place", "building", "grid"],
}
WHAT = ["community", "position_class", "title", "text"]
TERMS = ["headcount", "starts_on", "ends_on", "monthly_minutes"]
ASKED = ["least_age", "most_age", "skills", "needs_training", "needs_insurance"]
KIND_FIELDS = {
    Kind.BUILDING_HEAD: [*WHAT, "building", *TERMS[1:], *ASKED, "is_for_members"],
    Kind.GRID_WORKER: [*WHAT, "grid", *TERMS, *ASKED, "is_for_members"],
    Kind.HOUSEHOLD: [*WHAT, "branch", *TERMS, *ASKED],
    Kind.GENERAL: [*WHAT, "place", "building", "grid", *TERMS, *ASKED, "is_for_members"],
}
KIND_HINTS = {
    Kind.BUILDING_HEAD: "一栋楼一名；上岗就是网格值守里的楼栋长",
    Kind.GRID_WORKER: "协助专职网格员；上岗就登记为本网格的兼职网格员",
    Kind.HOUSEHOLD: "党员家庭；上岗就在党小组下设立党员中心户",
    Kind.GENERAL: "政策宣传、助老、文体、巡逻等，按八类岗位设",
}
OWN_TITLES = {Kind.BUILDING_HEAD: "楼栋长", Kind.GRID_WORKER: "兼职网格员", Kind.HOUSEHOLD: "党员中心户"}


class PositionForm(ServiceFormMixin, forms.ModelForm):
    """Of one `kind`: the row's own, or that of the page where a new one is set up."""

    kind = Kind.GENERAL
    out_of_reach = "请选择您管辖范围内的社区。"

    class Meta:
        model = Position
        fields = [*WHAT, "place", "building", "grid", "branch", *TERMS, *ASKED, "is_for_members"]
        widgets = {"text": UnfoldAdminTextareaWidget(attrs={"rows": 3}), "skills": forms.CheckboxSelectMultiple}
        error_messages = {
            "community": {"required": "请选择社区。"},
            "position_class": {"required": "请选择岗位类别。"},
            "title": {"required": "请填岗位名称。"},
            "text": {"required": "请写明做什么。"},
            "headcount": {"required": "请填名额。", "min_value": "名额至少 1 个。"},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.kind = self.instance.kind if self.instance.pk else self.kind
        for name in WHERE[self.instance.kind] if self.instance.kind != Kind.GENERAL else ():
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = f"请选择{self.fields[name].label}。"

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "任期止不能早于任期起。")
        least, most = cleaned.get("least_age"), cleaned.get("most_age")
        if least and most and most < least:
            self.add_error("most_age", "最大年龄不能小于最小年龄。")
        if cleaned.get("needs_training") and not cleaned.get("skills") and "skills" in self.fields:
            self.add_error("skills", "要培训的岗位，请选对应的技能。")
        return cleaned

    def write(self, cleaned):
        row = self.instance
        for name, value in cleaned.items():
            if name != "skills":
                setattr(row, name, value)
        return positions.save_position(row, skills=cleaned.get("skills", ()), actor=self.actor)


# --- On the post's page -----------------------------------------------------------------------------------------------
class Publish(Act):
    verb, label, icon, is_quiet = "publish", "发布", "megaphone", False
    done = "已发布，本社区的志愿者现在看得到，可以认领。"
    from_statuses = frozenset({Status.DRAFTED, Status.CLOSED})

    def act(self):
        return positions.publish(self.subject, actor=self.user)


class Close(Act):
    verb, label, icon = "close", "停招", "pause"
    done = "已停招。在岗的人不受影响，候补的人保留顺序。"
    from_statuses = frozenset({Status.OPEN})

    def act(self):
        return positions.close(self.subject, actor=self.user)


class Copy(Act):
    verb, label, icon, done = "copy", "复制一个", "package", "已复制，还没有发布；请核对名称、地点和任期。"
    from_statuses = frozenset(Status)

    def act(self):
        return positions.copy_position(self.subject, actor=self.user)


class ClaimFor(Act):
    """代为认领, for somebody who says so at the desk or by telephone."""

    verb, label, icon, done = "claim", "代为认领", "edit", "已代为认领。"
    from_statuses = frozenset({Status.OPEN})
    code = CodeField()
    words = words_field("本人说明", 200, required=False)
    is_public = forms.BooleanField(label="本人同意公示姓名和电话", required=False)
    agreed = forms.BooleanField(
        label="本人同意担任",
        help_text="参加服务要本人自愿。",
        error_messages={"required": "请先问过本人，再代为认领。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.subject.is_duty:
            del self.fields["is_public"]

    def clean_code(self):
        rows = Volunteer.objects.visible_to(self.user).here()
        self.volunteer = rows.select_related("user").filter(code=self.cleaned_data["code"]).first()
        if self.volunteer is None:
            raise forms.ValidationError("您管辖的社区里没有这个编号的志愿者。", code="unknown")
        return self.cleaned_data["code"]

    def act(self, words, is_public=False, **_):
        return holdings.claim(self.subject, self.volunteer, words=words, is_public=is_public, actor=self.user)


class InvitePerson(Act):
    """The button beside a suggestion."""

    verb, label, icon, done = "invite", "邀请", "send", "已邀请，对方在消息里会看到。"
    from_statuses = frozenset({Status.OPEN})
    volunteer = forms.ModelChoiceField(Volunteer.objects.none(), error_messages=PICK)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["volunteer"].queryset = Volunteer.objects.visible_to(self.user).here()

    def act(self, volunteer):
        suggestions.invite(self.subject, volunteer, actor=self.user)
        return volunteer


POSITION_ACTS = (Publish, ClaimFor, Close, Copy)
