"""A case as it comes in and as its people are named: 登记, and the acts of the intake on its page."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.fields import TOO_LONG, PhoneField, WordsField, show_refusal
from accounts.models import User
from deliberations.models import Case, CaseParty
from deliberations.services.cases import intake, people
from govern.acts import Act
from govern.scoping import ScopedFormMixin
from grids.models import Community
from patrols.models import Incident

Status, Source, Side = Case.Status, Case.Source, CaseParty.Side
RUNNING = frozenset({Status.APPLIED, Status.ACCEPTED, Status.MEDIATING})


# --- 登记 -------------------------------------------------------------------------------------------------------------
def name_field(label, required=True, help_text=""):
    return forms.CharField(
        label=label,
        max_length=40,
        required=required,
        help_text=help_text,
        error_messages={"required": f"请填{label}。", "max_length": TOO_LONG},
    )


def phone_field(label, required=False):
    return PhoneField(label=label, required=required, error_messages={"required": f"请填{label}。"})


def address_field(label):
    return forms.CharField(label=label, max_length=120, required=False, error_messages={"max_length": TOO_LONG})


class DisputeForm(forms.Form):
    """What any application says, whoever writes it down."""

    kind = forms.ChoiceField(label="纠纷类型", choices=Case.Kind.choices, widget=forms.RadioSelect)
    facts = WordsField(
        label="纠纷情况",
        max_length=2000,
        rows=5,
        help_text="什么时候、在哪里、为什么事、现在到了哪一步。",
        error_messages={"required": "请写一写发生了什么纠纷。"},
    )
    demand = WordsField(label="希望怎么解决", max_length=500, rows=2, required=False)
    respondent_name = name_field("对方的姓名或单位", help_text="您知道的写法就行，如：楼上住户、某物业公司。")
    respondent_phone = phone_field("对方手机号")
    respondent_address = address_field("对方住址")

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("use_required_attribute", False)
        super().__init__(*args, **kwargs)

    def party(self, side):
        columns = {name: self.cleaned_data.get(f"{side}_{name}", "") for name in ("name", "phone", "address")}
        return {"side": side, **columns}

    def submit(self, **columns):
        """The case; None when the service refuses, with its words among the form's errors."""
        asked = {name: self.cleaned_data[name] for name in ("kind", "facts", "demand")}
        try:
            return intake.apply_for_case(**asked, parties=[self.party(side.value) for side in Side], **columns)
        except ValidationError as error:
            show_refusal(self, error)
            return None


class CaseForm(ScopedFormMixin, DisputeForm):
    """登记 by staff: applied for at the desk, on the committee's own initiative, or handed over by somebody."""

    community = forms.ModelChoiceField(Community.objects.all(), label="社区", empty_label="请选择社区")
    source = forms.ChoiceField(
        label="来源", choices=[(each.value, each.label) for each in Source if each != Source.MESSAGE]
    )
    referred_by = forms.CharField(
        label="移送单位", max_length=60, required=False, help_text="法院、公安移送的，写明是哪个单位。"
    )
    incident_code = forms.CharField(
        label="网格事件编号", max_length=12, required=False, help_text="网格移送的，填事件的 8 位编号。"
    )
    applicant_name = name_field("申请人姓名", help_text="主动调解、移送的，填其中一方。")
    applicant_phone = phone_field("申请人手机号")
    applicant_address = address_field("申请人住址")
    has_risk = forms.BooleanField(
        label="可能激化",
        required=False,
        help_text="勾选后立即通知调委会主任、社区和街道；有治安、刑事危险的请同时报警。",
    )
    field_order = [
        *("community", "source", "referred_by", "incident_code", "kind", "facts", "demand", "has_risk"),
        *("applicant_name", "applicant_phone", "applicant_address"),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = Community.objects.allowed(self.user, intake.ADD)
        self.fields["respondent_name"].label = "被申请人的姓名或单位"
        self.fields["respondent_phone"].label = "被申请人手机号"
        self.fields["respondent_address"].label = "被申请人住址"

    @staticmethod
    def initial_of(user, code):
        """What is known before anything is typed: the only community, or the incident `code` within reach."""
        asked = code.replace("-", "").strip().upper()
        incident = Incident.objects.visible_to(user).filter(code=asked).first() if asked else None
        if incident is None:
            own = list(Community.objects.allowed(user, intake.ADD)[:2])
            return {"community": own[0].pk} if len(own) == 1 else {}
        return {
            "community": incident.community_id,
            "source": Source.GRID,
            "incident_code": incident.code,
            "facts": incident.text,
        }

    def clean_incident_code(self):
        """The incident itself, out of those that the user may see."""
        code = self.cleaned_data["incident_code"].replace("-", "").strip().upper()
        self.incident = Incident.objects.visible_to(self.user).filter(code=code).first() if code else None
        if code and self.incident is None:
            raise ValidationError("没有查到这件网格事件，请核对编号。", code="incident")
        return code

    def clean(self):
        if self.cleaned_data.get("source") == Source.GRID and not self.cleaned_data.get("incident_code", ""):
            self.errors.get("incident_code") or self.add_error("incident_code", "请填移送的网格事件编号。")
        return self.cleaned_data

    def save(self):
        names = ("community", "source", "referred_by", "has_risk")
        columns = {name: self.cleaned_data[name] for name in names}
        return self.submit(**columns, incident=self.incident, actor=self.user)


# --- Acts -------------------------------------------------------------------------------------------------------------
class CaseAct(Act):
    """`right`: "work" for whoever is named in the case, "assign" for whoever says who works on it."""

    right = "work"


class ReaderForm(forms.Form):
    """Naming by the number alone, by whoever assigns and may not open the case."""

    number = forms.CharField(
        label="案号或查询编号", max_length=40, help_text="如：（2026）…人调字第 3 号，或 8 位查询编号。",
        error_messages={"required": "请填案号或查询编号。"},
    )  # fmt: skip
    user = forms.ModelChoiceField(User.objects.none(), label="指定谁", empty_label="请选择")

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.actor = actor
        self.communities = Community.objects.allowed(actor, people.ASSIGN)
        self.fields["user"].queryset = people.colleagues(*self.communities).exclude(pk=actor.pk)

    def clean_number(self):
        rows = Case.objects.filter(community__in=self.communities).numbered(self.cleaned_data["number"])[:2]
        match list(rows):
            case []:
                raise ValidationError("没有这个案号，请核对。", code="number")
            case [case]:
                return case
        raise ValidationError("几个社区都有这个案号，请填 8 位查询编号。", code="number")

    @transaction.atomic
    def save(self):
        try:
            cleaned = self.cleaned_data
            return people.name_reader(cleaned["number"], user=cleaned["user"], actor=self.actor, at=timezone.now())
        except ValidationError as error:
            show_refusal(self, error)
            return None
