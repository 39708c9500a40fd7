"""The acts on an accord until it is in force, on the page of its case: written, signed, withdrawn."""

from django import forms

from deliberations.forms.case_work import WorkAct, day_field, long_field, short_field
from deliberations.models import Accord, Case
from deliberations.services.cases import accords, sign_links, signatures

Status = Case.Status


def accord_of(case):
    return getattr(case, "accord", None)


class AccordAct(WorkAct):
    """Offered where `asks` says so of the case's accord."""

    part = "accord"
    from_statuses = frozenset({Status.MEDIATING})

    @classmethod
    def is_offered(cls, subject):
        accord = accord_of(subject)
        return super().is_offered(subject) and accord is not None and cls.asks(accord)

    @staticmethod
    def asks(accord):
        return accord.effective_at is None

    @property
    def accord(self):
        return self.subject.accord


class DraftAccord(AccordAct):
    verb, label, icon, done = "draft-accord", "拟调解协议", "edit", "协议已存好。双方和调解员都签字后生效。"
    form = forms.ChoiceField(label="形式", choices=Accord.Form.choices)
    facts = long_field("主要事实和争议", 1000, help_text="时间、经过、争议的事项、各方的责任。")
    terms = long_field("协议内容", 1500, rows=5, help_text="一条一行：谁、做什么、做到什么样。")
    manner = short_field("履行方式", 300, help_text="如：当场付清、转账、由某某负责修好。")
    perform_by = day_field("履行期限")

    @classmethod
    def is_offered(cls, subject):
        accord = accord_of(subject)
        is_free = accord is None or (accord.effective_at is None and not accord.signatures.exists())
        return subject.status in cls.from_statuses and is_free

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        accord = accord_of(self.subject)
        if accord is not None:
            self.label = "修改调解协议"
        for name in self.fields:
            self.fields[name].initial = getattr(accord, name, None)
        self.fields["facts"].initial = self.fields["facts"].initial or self.subject.facts[:1000]

    def act(self, **cleaned):
        return accords.draft_accord(self.subject, actor=self.user, **cleaned)


class MakeEffective(AccordAct):
    verb, label, icon, is_quiet = "make-effective", "口头协议已经达成，生效", "check", False

    @staticmethod
    def asks(accord):
        return accord.effective_at is None and accord.form == Accord.Form.ORAL

    def act(self):
        accord = accords.make_effective(self.accord, actor=self.user)
        self.done = f"协议已生效。{accord.confirm_by:%m月%d日} 前双方可以共同申请司法确认。"
        return accord


class SignOnPaper(AccordAct):
    verb, label, icon = "sign-on-paper", "登记纸上签名", "upload"
    signers = forms.MultipleChoiceField(
        label="谁签的字", widget=forms.CheckboxSelectMultiple, error_messages={"required": "请选择是谁签的字。"}
    )
    file = forms.FileField(
        label="签字页的照片",
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
        error_messages={"required": "请选择签字页的照片。"},
    )

    @staticmethod
    def asks(accord):
        return accord.effective_at is None and accord.form == Accord.Form.WRITTEN

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        rows = [row for row in sign_links.signers_of(self.accord) if row.signature is None]
        self.signers = {f"{row.key[1]}-{row.key[2]}": row for row in rows}
        self.fields["signers"].choices = [(key, f"{row.role} {row.name}") for key, row in self.signers.items()]

    def act(self, signers, file):
        rows = [self.signers[key] for key in signers]
        accord = signatures.sign_on_paper(
            self.accord,
            file=file,
            parties=[row.party for row in rows if row.party],
            mediators=[row.mediator.mediator for row in rows if row.mediator],
            actor=self.user,
        )
        self.done = "已签齐，协议生效。" if accord.effective_at else "签名已登记。"
        return accord


class WithdrawSignatures(AccordAct):
    verb, label, icon = "withdraw-signatures", "撤回签字，修改协议", "undo"
    done = "签字已撤回，可以修改协议，改好后请各方重新签字。"
    reason = short_field("撤回的原因", 100)

    @staticmethod
    def asks(accord):
        return accord.effective_at is None and accord.signatures.exists()

    def act(self, reason):
        return signatures.withdraw_signatures(self.accord, reason=reason, actor=self.user)
