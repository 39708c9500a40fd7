"""值守人员: each kind is asked for what it has, and what may be done to one."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.forms import KeptPhoneMixin
from accounts.models import PhoneValidator
from govern.acts import Act
from grids.models import Duty, Grid
from grids.services.duties import check_alone, end_duty, succeed

Kind = Duty.Kind
PERSON = ["name", "phone", "publishes_phone", "user", "starts_on", "ends_on"]
# What each kind is asked for, in the order of the form.
KIND_FIELDS = {
    Kind.ADVISER: ["grid", "employer", *PERSON],
    Kind.LEADER: ["grid", *PERSON],
    Kind.WORKER: ["grid", "employment", "area", *PERSON],
    Kind.BUILDING_HEAD: ["building", *PERSON],
    Kind.PROPERTY: ["grid", "employer", "area", *PERSON],
    Kind.SECURITY: ["grid", "area", *PERSON],
    Kind.CADRE: ["grid", "area", *PERSON],
    Kind.UNIT_MEMBER: ["grid", "employer", "area", *PERSON],
}
KIND_HINTS = {
    Kind.ADVISER: "街道或机关下派，指导一个或几个网格",
    Kind.LEADER: "一个网格一名，多由社区干部担任",
    Kind.WORKER: "专职或兼职，日常巡查、走访、上报",
    Kind.BUILDING_HEAD: "一栋楼一名，按楼栋登记",
    Kind.PROPERTY: "小区物业公司的负责人",
    Kind.SECURITY: "参与治安巡逻的志愿者",
    Kind.CADRE: "联系网格的社区党员干部",
    Kind.UNIT_MEMBER: "驻区单位到网格报到的党员",
}
REQUIRED = {
    "employment": (Kind.WORKER,),
    "employer": (Kind.PROPERTY, Kind.UNIT_MEMBER),
}
PUBLISHING = [("unknown", "按职责（网格长、网格员公布，其他人不公布）"), ("true", "公布"), ("false", "不公布")]
DAY = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
DAY_ERRORS = {"required": "请填日期。", "invalid": "请填日期，如 2026-11-20。"}


class DutyForm(KeptPhoneMixin, forms.ModelForm):
    """Of one `kind`: the row's own, or that of the page where a new one is written down."""

    kind = Kind.WORKER

    class Meta:
        model = Duty
        fields = [
            "grid",
            "building",
            "employment",
            "employer",
            "area",
            "name",
            "phone",
            "publishes_phone",
            "user",
            "starts_on",
            "ends_on",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.kind = self.instance.kind or self.kind
        label = Kind(self.instance.kind).label
        if "publishes_phone" in self.fields:
            self.fields["publishes_phone"].widget.choices = PUBLISHING
        for name, words in (("grid", "网格"), ("building", "楼栋")):
            if name in self.fields:
                self.fields[name].required = True
                self.fields[name].error_messages["required"] = f"请选择{label}负责的{words}。"
        for name, kinds in REQUIRED.items():
            if name in self.fields:
                self.fields[name].required = self.instance.kind in kinds

    def clean(self):
        cleaned = super().clean()
        if (grid := cleaned.get("grid")) and grid.level == Grid.Level.DISTRICT:
            self.add_error("grid", "值守人员登记在社区分网格上，请选它下面的分网格。")
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        return cleaned

    def _post_clean(self):
        super()._post_clean()
        if not self.errors:
            try:
                check_alone(self.instance)
            except ValidationError as error:
                self.add_error(None, error)


class Succeed(Act):
    verb, label, icon, done = "succeed", "换任", "refresh", "已换任。原来的人任期到前一天为止。"
    name = forms.CharField(label="新任姓名", max_length=40, error_messages={"required": "请填姓名。"})
    phone = forms.CharField(
        label="新任手机号",
        validators=[PhoneValidator()],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": "请填手机号。"},
    )
    starts_on = forms.DateField(label="从哪天起", initial=timezone.localdate, error_messages=DAY_ERRORS, **DAY)

    @classmethod
    def is_offered(cls, duty):
        return duty.ends_on is None or duty.ends_on >= timezone.localdate()

    def act(self, **cleaned):
        return succeed(self.subject, actor=self.user, **cleaned)


class EndDuty(Act):
    verb, label, icon, done = "end", "结束任期", "circle-x", "已结束任期。"
    on = forms.DateField(label="最后一天", initial=timezone.localdate, error_messages=DAY_ERRORS, **DAY)

    @classmethod
    def is_offered(cls, duty):
        return duty.ends_on is None or duty.ends_on > timezone.localdate()

    def act(self, **cleaned):
        return end_duty(self.subject, actor=self.user, **cleaned)
