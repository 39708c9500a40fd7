"""换届: what is done to a term and to an election, each act on its page."""

from django import forms
from django.utils import timezone

from govern.acts import Act, FieldForEach
from organizations.models import Candidacy, Election, LeadershipTerm, PartyMember, Term
from organizations.services import elections, terms

Status = Election.Status


def day_field(label, **kwargs):
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": f"请填{label}。", "invalid": "请填日期，如 2026-11-20。"},
        **kwargs,
    )


def number_field(label, least=0, most=100_000, **kwargs):
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        error_messages={
            "required": f"请填{label}。",
            "invalid": "请填整数。",
            "min_value": f"{label}不能少于 {least}。",
            "max_value": f"{label}不能多于 {most}。",
        },
        **kwargs,
    )


def words_field(label, most, **kwargs):
    return forms.CharField(
        label=label,
        max_length=most,
        error_messages={"required": f"请填{label}。", "max_length": f"最多写 {most} 个字。"},
        **kwargs,
    )


# --- The running term -------------------------------------------------------------------------------------------------
class TermForm(forms.ModelForm):
    """登记现任的一届: for a body whose last election was before this platform."""

    actor = None  # set on the class that the admin makes for one request

    class Meta:
        model = Term
        fields = ["organization", "number", "starts_on"]
        error_messages = {
            "organization": {"required": "请选择党组织。"},
            "number": {"required": "请填第几届。"},
            "starts_on": {"required": "请填当选日期。", "invalid": "请填日期，如 2024-11-20。"},
        }
        help_texts = {"number": "如：3，就是第三届。", "starts_on": "任期届满由任期年限算出来。"}

    def _post_clean(self):
        if self.errors:
            return
        try:
            self.instance = terms.record_term(**self.cleaned_data, actor=self.actor)
        except forms.ValidationError as error:
            named = hasattr(error, "error_dict") and set(error.error_dict) <= set(self.fields)
            self.add_error(None, error if named else forms.ValidationError(error.messages))


class TermAct(Act):
    @classmethod
    def is_offered(cls, term):
        return term.ended_on is None


class Extend(TermAct):
    verb, label, icon, done = "extend", "延期换届", "clock", "已登记延期，提醒按新的日期算。"
    until = day_field("延期到")
    reason = words_field("延期原因", 200)
    document = words_field("批准延期的文号", 60, help_text="如：街工委组〔2026〕3号。")

    def act(self, **cleaned):
        return terms.extend_term(self.subject, actor=self.user, **cleaned)


class Prepare(TermAct):
    verb, label, icon, done, is_quiet = "prepare", "筹备换届", "flag", "已开始筹备，请提名候选人。", False
    planned_on = day_field("计划选举日期")
    seats = number_field("应选委员人数", 1, 15)
    assembly = forms.ChoiceField(
        label="选举方式",
        choices=Election.Assembly.choices,
        initial=Election.Assembly.MEMBERS,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择选举方式。", "invalid_choice": "请选择选举方式。"},
    )

    @classmethod
    def is_offered(cls, term):
        return super().is_offered(term) and not term.organization.elections.open().exists()

    def act(self, **cleaned):
        return elections.prepare_election(self.subject.organization, actor=self.user, **cleaned)


TERM_ACTS = (Prepare, Extend)


# --- The election -----------------------------------------------------------------------------------------------------
class ElectionAct(Act):
    pass


class MemberField(forms.ModelChoiceField):
    def label_from_instance(self, member):
        return f"{member.name}（{member.branch}）"


class Nominate(ElectionAct):
    verb, label, icon, done, is_quiet = "nominate", "提名候选人", "plus", "已列入候选人名单。", False
    from_statuses = frozenset({Status.PREPARED})
    name = words_field("姓名", 40)
    member = MemberField(
        PartyMember.objects.none(),
        label="对应的党员",
        required=False,
        empty_label="不对应",
        help_text="对应上了，当选以后班子成员连着党员信息。",
        error_messages={"invalid_choice": "请从本党组织的正式党员里选。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        members = PartyMember.objects.visible_to(self.user).here().full().below(self.subject.organization)
        self.fields["member"].queryset = members.select_related("branch").order_by("name", "pk")

    def act(self, **cleaned):
        return elections.nominate(self.subject, actor=self.user, **cleaned)


class Strike(ElectionAct):
    """A button beside the name."""

    verb, label, icon, done = "strike", "撤下", "x", "已从名单上撤下。"
    from_statuses = frozenset({Status.PREPARED})
    candidacy = forms.ModelChoiceField(
        Candidacy.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"required": "名单刚有变化，请刷新。", "invalid_choice": "名单刚有变化，请刷新。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["candidacy"].queryset = self.subject.candidacies.all()

    def act(self, candidacy):
        return elections.strike(candidacy, actor=self.user)


class Hold(FieldForEach, ElectionAct):
    verb, label, icon, done, is_quiet = "hold", "登记选举结果", "list-check", "已登记选举结果。", False
    from_statuses = frozenset({Status.PREPARED})
    prefix_of_field = "votes"
    held_on = day_field("选举日期")
    entitled_count = number_field("应到会人数", 1, help_text="有选举权的正式党员或代表。")
    present_count = number_field("实到会人数")

    def __init__(self, *args, subject, **kwargs):
        kwargs.setdefault("initial", {"held_on": min(subject.planned_on, timezone.localdate())})
        super().__init__(*args, subject=subject, **kwargs)

    @classmethod
    def is_offered(cls, election):
        return super().is_offered(election) and election.candidacies.exists()

    def rows(self):
        return self.subject.candidacies.all()

    def field_of(self, row):
        return number_field(f"{row.name}的赞成票")

    def act(self, **cleaned):
        votes = self.of_each(cleaned)
        return elections.hold_election(self.subject, actor=self.user, votes=votes, **cleaned)


class Report(FieldForEach, ElectionAct):
    verb, label, icon, done, is_quiet = "report", "报上级批准", "send", "已报上级党组织。", False
    from_statuses = frozenset({Status.HELD})
    prefix_of_field = "position"

    @classmethod
    def is_offered(cls, election):
        if not super().is_offered(election):
            return False
        elected, tied, _ = elections.result_of(election)
        return bool(elected) and not tied

    def rows(self):
        return elections.result_of(self.subject)[0]

    def field_of(self, row):
        return forms.ChoiceField(
            label=f"{row.name}的职务",
            choices=[("", "请选择"), *LeadershipTerm.Position.choices],
            error_messages={"required": f"请选择{row.name}的职务。", "invalid_choice": "请选择职务。"},
        )

    def act(self, **cleaned):
        return elections.report_election(self.subject, actor=self.user, positions=self.of_each(cleaned))


class Confirm(ElectionAct):
    verb, label, icon, done, is_quiet = "confirm", "批复", "check", "已批复，新一届任期和班子成员已登记。", False
    from_statuses = frozenset({Status.REPORTED})
    document = words_field("批复文号", 60, help_text="如：街工委组〔2026〕8号。")
    confirmed_on = day_field("批复日期", initial=timezone.localdate)

    def act(self, **cleaned):
        return elections.confirm_election(self.subject, actor=self.user, **cleaned)


class Void(ElectionAct):
    verb, label, icon, done = "void", "记为未成立", "circle-x", "已记为未成立，可以重新筹备。"
    from_statuses = frozenset({Status.PREPARED, Status.HELD, Status.REPORTED})
    reason = words_field(
        "原因", 200, widget=forms.Textarea(attrs={"rows": 2}), help_text="如：到会人数不足、票数相等。"
    )

    def act(self, reason):
        return elections.void_election(self.subject, actor=self.user, reason=reason)


ELECTION_ACTS = (Nominate, Strike, Hold, Report, Confirm, Void)
