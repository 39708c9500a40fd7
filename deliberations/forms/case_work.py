"""The acts of a case under way, on its page: sessions, papers, its period, its end and its archive.

`part` is the partial of the page that shows an act: sessions, papers, accord, clocks.
"""

from django import forms

from accounts.fields import TOO_LONG, WordsField
from deliberations.forms.cases import CaseAct
from deliberations.models import Case, CasePaper, CaseParty
from deliberations.services.cases import archive, clocks, endings, papers, sessions
from organizations.forms.leagues import moment_field

Status = Case.Status


class WorkAct(CaseAct):
    part = "clocks"


def short_field(label, most, **kwargs):
    messages = {"required": f"请填{label}。", "max_length": TOO_LONG}
    return forms.CharField(label=label, max_length=most, error_messages=messages, **kwargs)


def long_field(label, most, *, rows=4, **kwargs):
    return WordsField(label=label, max_length=most, rows=rows, error_messages={"required": f"请填{label}。"}, **kwargs)


def day_field(label, **kwargs):
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"请填{label}。", "invalid": "请填日期，如 2026-11-20。"},
        **kwargs,
    )


class PartiesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(CaseParty.objects.none(), **kwargs)

    def label_from_instance(self, party):
        return party.label


class HoldSession(WorkAct):
    verb, label, icon, part = "hold-session", "记一次调解", "edit", "sessions"
    done = "调解记录已存入卷宗。"
    from_statuses = clocks.MEDIATED
    held_at = moment_field("调解时间")
    place = short_field("地点", 80)
    present = short_field("到场人员", 200, help_text="当事人、代理人、调解员，请来帮忙的人。")
    record = long_field("调解记录", 3000, rows=8, help_text="各方怎么说、争议在哪里、调解员做了什么工作、有没有结果。")

    def act(self, **cleaned):
        return sessions.hold_session(self.subject, actor=self.user, **cleaned)


class AddPaper(WorkAct):
    verb, label, icon, part = "add-paper", "加卷宗材料", "upload", "papers"
    done = "材料已加密存入卷宗。"
    from_statuses = frozenset(Status) - {Status.ARCHIVED}
    kind = forms.ChoiceField(label="种类", choices=CasePaper.Kind.choices)
    file = forms.FileField(
        label="文件",
        help_text="照片或 PDF 扫描件。",
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf"}),
        error_messages={"required": "请选择照片或 PDF。", "empty": "这个文件是空的，请重新选择。"},
    )
    words = short_field("说明", 100, required=False)

    def act(self, **cleaned):
        return papers.add_paper(self.subject, actor=self.user, **cleaned)


class ExtendCase(WorkAct):
    verb, label, icon = "extend", "双方同意，延期调解", "hourglass"
    reason = short_field("延期的原因", 100)
    agreed = PartiesField(label="同意延期的当事人", error_messages={"required": "要双方都同意才能延期。"})

    @classmethod
    def is_offered(cls, subject):
        return clocks.may_extend(subject)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["agreed"].queryset = self.subject.parties.all()

    def act(self, **cleaned):
        case = clocks.extend_case(self.subject, actor=self.user, **cleaned)
        self.done = f"已延期，调解期限到 {case.due_on:%Y年%m月%d日}。"
        return case


class EndCase(WorkAct):
    verb, label, icon = "end", "终止调解", "circle-x"
    done = "已终止调解。请打印终止调解通知书交给双方，告诉他们可以走的其他途径。"
    from_statuses = clocks.MEDIATED
    ground = forms.ChoiceField(
        label="原因", choices=endings.Ground.choices, error_messages={"required": "请选择终止的原因。"}
    )
    words = short_field("说明", 100, required=False)

    def act(self, **cleaned):
        return endings.end_case(self.subject, actor=self.user, **cleaned)


class ArchiveCase(WorkAct):
    verb, label, icon, part = "archive", "归档", "package", "papers"
    from_statuses = frozenset(status for status in Status if Status.ARCHIVED in Case.TRANSITIONS[status])

    def act(self):
        case = archive.archive_case(self.subject, actor=self.user)
        self.done = f"已归档，保存到 {case.kept_until:%Y年%m月%d日}。从现在起只能查阅。"
        return case
