"""民情日记 as staff work on it: written down, and turned into a visit."""

from django import forms
from django.db import transaction
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.acts import Act
from govern.scoping import restrict
from grids.models import Building
from patrols.models import CareHousehold, Note
from patrols.services.households import enlist_household
from patrols.services.notes import demand_place, plan_visit


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ["community", "grid", "building", "topic", "text", "heard_at"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["heard_at"].required = False
        self.fields["heard_at"].help_text = "不填就是现在。"

    def clean(self):
        """What the service asks of the place, beside the field."""
        cleaned = super().clean()
        community, building, grid = (cleaned.get(name) for name in ("community", "building", "grid"))
        if community:
            demand_place(community, grid, building)
        if (heard_at := cleaned.get("heard_at")) and heard_at > timezone.now():
            self.add_error("heard_at", "听到的时间不能晚于现在。")
        return cleaned

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() | {"heard_at"}


class HouseholdChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row.building} {row.masked_name} {row.get_group_display()}"


class VisitAct(Act):
    """One of the list, or a household entered now; either is due today."""

    verb, label, icon = "visit", "转成走访", "home"
    is_quiet = False

    household = HouseholdChoiceField(
        CareHousehold.objects.none(),
        label="走访哪一户",
        required=False,
        empty_label="不在名单里，下面登记",
        error_messages={"invalid_choice": "这户不在您的走访名单里，请重新选择。"},
    )
    building = forms.ModelChoiceField(
        Building.objects.none(),
        label="楼栋",
        required=False,
        empty_label="请选择楼栋",
        error_messages={"invalid_choice": "这栋楼不在本社区，请重新选择。"},
    )
    room = forms.CharField(label="单元和房号", max_length=40, required=False, help_text="如：2单元501")
    name = forms.CharField(label="姓名", max_length=40, required=False)
    phone = forms.CharField(label="手机号", max_length=11, required=False, validators=[PhoneValidator()])
    group = forms.ChoiceField(
        label="关爱类别", choices=CareHousehold.Group.choices, initial=CareHousehold.Group.OTHER, required=False
    )
    new_fields = ("building", "room", "name", "phone", "group")

    def __init__(self, *args, subject, user, **kwargs):
        super().__init__(*args, subject=subject, user=user, **kwargs)
        place = {"building__quarter__community": subject.community_id}
        households = CareHousehold.objects.allowed(user, "patrols.add_visit").current().filter(**place)
        self.fields["household"].queryset = households.select_related("building__quarter").order_by("building", "pk")
        if user.has_perm("patrols.add_carehousehold"):
            buildings = restrict(Building.objects.active().filter(quarter__community=subject.community_id), user)
            self.fields["building"].queryset = buildings.select_related("quarter")
            self.initial.setdefault("building", subject.building_id)
        else:
            for name in self.new_fields:
                del self.fields[name]
            self.fields["household"].empty_label = "请选择"
            self.fields["household"].required = True
            self.fields["household"].error_messages["required"] = "请选择要走访的户。"

    @classmethod
    def is_offered(cls, subject):
        return subject.household_id is None

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("household") or "household" in self.errors:
            return cleaned
        words = {"building": "请选择楼栋。", "room": "请填单元和房号。", "name": "请填姓名。"}
        for name, missing in words.items():
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, missing)
        return cleaned

    @transaction.atomic
    def act(self, household=None, **columns):
        if household is None:
            household = enlist_household(CareHousehold(**columns), actor=self.user)
        return plan_visit(self.subject, household, actor=self.user)
