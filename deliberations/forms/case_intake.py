"""The acts of the intake on a case's page: accepted or not, its people named, its parties' answers, its risk."""

from django import forms

from accounts.fields import WordsField
from accounts.models import User
from deliberations.forms.cases import RUNNING, CaseAct, address_field, name_field, phone_field
from deliberations.models import Case, CaseMediator, CaseParty, Mediator
from deliberations.services.cases import intake, people
from govern.acts import note_field

Status, Side = Case.Status, CaseParty.Side


class PartyField(forms.ModelChoiceField):
    def __init__(self, **kwargs):
        super().__init__(CaseParty.objects.none(), label="当事人", empty_label="请选择", **kwargs)

    def label_from_instance(self, party):
        return party.label


class OfParty(CaseAct):
    from_statuses = RUNNING
    party = PartyField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"].queryset = self.subject.parties.all()


class Accept(CaseAct):
    verb, label, icon, is_quiet = "accept", "受理", "check", False
    from_statuses = frozenset({Status.APPLIED})
    note = note_field()

    def act(self, note):
        case = intake.accept_case(self.subject, note=note, actor=self.user)
        self.done = f"已受理，案号 {case.full_number}，调解期限到 {case.due_on:%m月%d日}。请指定调解员。"
        return case


class Decline(CaseAct):
    verb, label, icon, done = "decline", "不予受理", "circle-x", "已不予受理，申请人凭编号能看到原因。"
    from_statuses = frozenset({Status.APPLIED})
    reason = note_field("不予受理的原因", required=True)

    def act(self, reason):
        return intake.decline_case(self.subject, reason=reason, actor=self.user)


class AssignMediator(CaseAct):
    verb, label, icon, done = "assign-mediator", "指定调解员", "plus", "已记下这位调解员。"
    from_statuses = RUNNING
    mediator = forms.ModelChoiceField(Mediator.objects.none(), label="调解员", empty_label="请选择")
    chosen_by = forms.ChoiceField(label="怎么来的", choices=CaseMediator.ChosenBy.choices)
    is_lead = forms.BooleanField(label="由他主持", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["mediator"].queryset = people.mediators_for(self.subject)

    @property
    def is_quiet(self):
        return self.subject.status == Status.APPLIED or self.subject.mediators.filter(recused_at=None).exists()

    def act(self, **cleaned):
        return people.assign_mediator(self.subject, actor=self.user, **cleaned)


class RecuseMediator(CaseAct):
    verb, label, icon, done = "recuse", "回避", "minus", "已回避，这位调解员不再能查阅本案。请另选调解员。"
    from_statuses = RUNNING
    row = forms.ModelChoiceField(CaseMediator.objects.none(), label="调解员", empty_label="请选择")
    reason = note_field("回避的原因", required=True)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["row"].queryset = self.subject.mediators.filter(recused_at=None).select_related("mediator")
        self.fields["row"].label_from_instance = lambda row: row.mediator.name

    @classmethod
    def is_offered(cls, case):
        return super().is_offered(case) and case.mediators.filter(recused_at=None).exists()

    def act(self, row, reason):
        return people.recuse_mediator(row, reason=reason, actor=self.user)


class Consent(OfParty):
    verb, label, icon, done = "consent", "当事人同意调解", "check", "已记下同意。"
    wants_open = forms.BooleanField(
        label="也同意公开调解", required=False, help_text="双方都同意才公开；有一方不同意就不公开。"
    )

    def act(self, party, wants_open):
        return intake.consent(party, wants_open=wants_open, actor=self.user)


class Refuse(OfParty):
    verb, label, icon, done = (
        "refuse",
        "当事人不同意调解",
        "circle-x",
        "已按当事人不同意结束调解。请告诉双方可以走的其他途径。",
    )
    reason = note_field()

    def act(self, party, reason):
        return intake.refuse(party, reason=reason, actor=self.user)


class PartyFields(forms.Form):
    name = name_field("姓名")
    phone = phone_field("手机号")
    identity_number = forms.CharField(label="身份证号", max_length=18, required=False)
    address = address_field("住址")
    agent = name_field("代理人", required=False)


class AddParty(PartyFields, CaseAct):
    verb, label, icon, done = "add-party", "登记当事人", "plus", "已登记。"
    from_statuses = RUNNING
    side = forms.ChoiceField(label="哪一方", choices=Side.choices)
    field_order = ["side"]

    def act(self, **cleaned):
        return intake.add_party(self.subject, actor=self.user, **cleaned)


class CorrectParty(PartyFields, OfParty):
    """Only what is filled in is written anew."""

    verb, label, icon, done = "correct-party", "补正当事人信息", "edit", "已更正。"
    name = name_field("姓名", required=False, help_text="不填的不改。")
    field_order = ["party"]

    def act(self, party, **cleaned):
        written = {name: value for name, value in cleaned.items() if value}
        return intake.correct_party(party, actor=self.user, **written) if written else party


class Correct(CaseAct):
    verb, label, icon, done = "correct", "更正登记内容", "edit", "已更正。"
    from_statuses = RUNNING
    kind = forms.ChoiceField(label="纠纷类型", choices=Case.Kind.choices)
    facts = WordsField(label="纠纷情况", max_length=2000, rows=4)
    demand = WordsField(label="请求", max_length=500, rows=2, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.fields:
            self.fields[name].initial = getattr(self.subject, name)

    def act(self, **cleaned):
        return intake.correct_case(self.subject, actor=self.user, **cleaned)


class FlagRisk(CaseAct):
    verb, label, icon = "flag-risk", "可能激化，马上报告", "alert"
    done = "已通知调委会主任、社区和街道。有治安、刑事危险的，请立即拨打 110。"
    note = note_field()

    @classmethod
    def is_offered(cls, case):
        return case.is_running and not case.has_risk

    def act(self, note):
        return intake.flag_risk(self.subject, note=note, actor=self.user)


class CalmRisk(CaseAct):
    verb, label, icon, done = "calm-risk", "风险解除", "check", "已记下。"
    note = note_field("怎么处置的", required=True)

    @classmethod
    def is_offered(cls, case):
        return case.is_running and case.has_risk

    def act(self, note):
        return intake.calm_risk(self.subject, note=note, actor=self.user)


class NameReader(CaseAct):
    verb, label, icon, right, done = (
        "name-reader",
        "指定能查阅的人",
        "plus",
        "assign",
        "已指定，本案的其他人会收到消息。",
    )
    user = forms.ModelChoiceField(User.objects.none(), label="谁", empty_label="请选择")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = people.colleagues(self.subject.community)

    @classmethod
    def is_offered(cls, case):
        return True

    def act(self, user):
        return people.name_reader(self.subject, user=user, actor=self.user)


class EndReader(CaseAct):
    verb, label, icon, right, done = "end-reader", "取消查阅", "minus", "assign", "已取消。"
    reader = forms.ModelChoiceField(queryset=None, label="谁", empty_label="请选择")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reader"].queryset = self.subject.readers.filter(ended_at=None).select_related("user")
        self.fields["reader"].label_from_instance = lambda reader: str(reader.user)

    @classmethod
    def is_offered(cls, case):
        return True

    def act(self, reader):
        return people.end_reader(reader, actor=self.user)


INTAKE_ACTS = [
    Accept,
    AssignMediator,
    Consent,
    Decline,
    RecuseMediator,
    AddParty,
    CorrectParty,
    Correct,
    FlagRisk,
    CalmRisk,
    Refuse,
    NameReader,
    EndReader,
]
