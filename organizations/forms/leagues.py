"""大党委: founded in a form; what is done on its page, and to one of its councillors, is an act."""

from django import forms
from django.utils import timezone

from accounts.models import PhoneValidator
from govern.acts import Act
from organizations.forms.elections import day_field, number_field, words_field
from organizations.forms.organizations import ServiceFormMixin
from organizations.models import Councillor, League, LeagueMeeting, LeagueMember, LeaguePlanItem, Unit
from organizations.services import councillors, league_meetings, leagues

PICK = {"required": "请选择。", "invalid_choice": "请从列出的里面选。", "invalid_list": "请从列出的里面选。"}


def unit_field(label, required=True, **kwargs):
    return forms.ModelChoiceField(
        Unit.objects.none(),
        label=label,
        required=required,
        empty_label="请选择" if required else "不选",
        error_messages={**PICK, "required": f"请选择{label}。"},
        **kwargs,
    )


def choice_field(label, choices, **kwargs):
    words = {**PICK, "required": f"请选择{label}。"}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=words, **kwargs)


def reason_field(label="原因"):
    return words_field(label, 200, widget=forms.Textarea(attrs={"rows": 2}))


def long_field(label, most, rows=4, **kwargs):
    return words_field(label, most, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def moment_field(label, **kwargs):
    return forms.DateTimeField(
        label=label,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"required": f"请填{label}。", "invalid": "请填日期和时间，如 2026-11-20 09:00。"},
        **kwargs,
    )


class LeagueForm(ServiceFormMixin, forms.ModelForm):
    out_of_reach = "请选择您管辖范围内的党组织。"

    class Meta:
        model = League
        fields = ["organization", "kind", "name", "founded_on", "federation"]
        error_messages = {
            "organization": {"required": "请选择牵头党组织。"},
            "name": {"required": "请填名称。"},
            "founded_on": {"required": "请填成立日期。"},
        }

    def write(self, cleaned):
        cleaned.setdefault("federation", None)  # whoever may not choose one is not asked
        return leagues.found_league(**cleaned, actor=self.actor)


# --- On the league's page ---------------------------------------------------------------------------------------------
class LeagueAct(Act):
    """`of_members` names the fields that offer the league's units."""

    of_members = ()

    @classmethod
    def is_offered(cls, league):
        return league.ended_on is None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.of_members:
            self.fields[name].queryset = leagues.unit_choices(self.subject).order_by("name")


class PlanMeeting(LeagueAct):
    verb, label, icon, done = "meet", "通知开会", "calendar", "已通知各单位联络员。"
    kind = choice_field("类型", LeagueMeeting.Kind.choices, initial="joint", help_text="联席会议每季度开一次。")
    topic = words_field("主题", 80)
    agenda = long_field("议题", 2000, help_text="每行一项。")
    starts_at = moment_field("开始时间", help_text="已经开过的会也可以补登。")
    place = words_field("地点", 80)

    def act(self, **cleaned):
        return league_meetings.plan_meeting(self.subject, actor=self.user, **cleaned)


class RotateChair(LeagueAct):
    verb, label, icon, done = "rotate", "交接轮值主席", "refresh", "已交接，各单位联络员收到了消息。"
    of_members = ("unit",)
    unit = unit_field("轮值单位", help_text="按加入先后排好了下一家，也可以改。")
    since = day_field("轮值开始", initial=timezone.localdate)
    note = long_field("交接说明", 200, 2, required=False, help_text="没办完的事、要接着办的事。")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].initial = leagues.next_chair(self.subject)

    def act(self, **cleaned):
        return leagues.rotate_chair(self.subject, actor=self.user, **cleaned)


class AddItem(LeagueAct):
    verb, label, icon, done = "plan", "列入年度计划", "plus", "已列入年度计划。"
    of_members = ("units",)
    year = number_field("年度", 2000, 2100)
    heading = choice_field("共建方向", LeaguePlanItem.Heading.choices)
    name = words_field("事项", 120)
    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label="承办单位",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={**PICK, "invalid_pk_value": "请从列出的里面选。"},
    )
    owner = words_field("责任人", 40, required=False)
    due_on = day_field("完成时限")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year

    def act(self, **cleaned):
        return leagues.plan_item(self.subject, actor=self.user, **cleaned)


class FinishItem(LeagueAct):
    verb, label, icon, done = "finish", "登记完成事项", "check", "已记为完成。"
    item = forms.ModelChoiceField(
        LeaguePlanItem.objects.none(),
        label="事项",
        empty_label="请选择",
        error_messages={**PICK, "required": "请选择事项。"},
    )
    done_on = day_field("完成日期", initial=timezone.localdate)
    note = long_field("说明", 300, 2, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["item"].queryset = self.subject.items.filter(done_on=None)

    def act(self, item, **cleaned):
        return leagues.finish_item(item, actor=self.user, **cleaned)


class Recommend(LeagueAct):
    verb, label, icon, done = "recommend", "推荐委员", "users", "已推荐，下一步由社区党组织审议。"
    of_members = ("unit",)
    kind = choice_field("委员类别", Councillor.Kind.choices, initial="part_time")
    name = words_field("姓名", 40)
    phone = words_field(
        "手机号",
        20,
        validators=[PhoneValidator()],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text="开会扫码签到时核对后四位。",
    )
    unit = unit_field("来自单位", False, help_text="民警、党代表、居民代表等没有登记单位的，可以不选。")
    title = words_field("职务", 60, help_text="如：党支部书记、副校长、社区民警。")
    recommended_on = day_field("推荐日期", initial=timezone.localdate)

    def act(self, **cleaned):
        return councillors.recommend(self.subject, actor=self.user, **cleaned)


class AdmitUnit(LeagueAct):
    verb, label, icon, done = "admit", "单位加入", "plus", "已加入，联络员收到了消息。"
    unit = unit_field("单位")
    joined_on = day_field("加入日期", initial=timezone.localdate)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = Unit.objects.visible_to(self.user).active()
        self.fields["unit"].queryset = units.exclude(pk__in=leagues.unit_choices(self.subject).values("pk"))

    def act(self, **cleaned):
        return leagues.admit_unit(self.subject, actor=self.user, **cleaned)


class MemberField(forms.ModelChoiceField):
    def label_from_instance(self, member):
        return str(member.unit)


class DismissUnit(LeagueAct):
    verb, label, icon, done = "dismiss", "单位退出", "x", "已登记退出。"
    member = MemberField(
        LeagueMember.objects.none(),
        label="单位",
        empty_label="请选择",
        error_messages={**PICK, "required": "请选择单位。"},
    )
    left_on = day_field("退出日期", initial=timezone.localdate)
    reason = reason_field()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = self.subject.members.current().select_related("unit")

    def act(self, member, **cleaned):
        return leagues.dismiss_unit(member, actor=self.user, **cleaned)


class Correct(LeagueAct):
    verb, label, icon, done = "correct", "更正信息", "edit", "已更正。"
    name = words_field("名称", 60)
    founded_on = day_field("成立日期")
    federation = forms.ModelChoiceField(
        League.objects.none(), label="所属联合会", required=False, empty_label="不属联合会", error_messages=PICK
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        league = self.subject
        above = League.objects.visible_to(self.user).standing().filter(kind=League.Kind.DISTRICT)
        hidden = league.federation_id and not above.filter(pk=league.federation_id).exists()
        if league.kind == League.Kind.DISTRICT or hidden or not above.exists():
            del self.fields["federation"]
        else:
            self.fields["federation"].queryset = above
        self.initial = {"name": league.name, "founded_on": league.founded_on, "federation": league.federation_id}

    def act(self, **cleaned):
        cleaned.setdefault("federation", self.subject.federation)
        return leagues.correct_league(self.subject, actor=self.user, **cleaned)


class End(LeagueAct):
    verb, label, icon, done = "end", "停止运行", "circle-x", "已停止运行，记录都还在。"
    on = day_field("停止日期", initial=timezone.localdate)
    reason = reason_field()

    def act(self, **cleaned):
        return leagues.end_league(self.subject, actor=self.user, **cleaned)


LEAGUE_ACTS = (PlanMeeting, RotateChair, AddItem, FinishItem, Recommend, AdmitUnit, DismissUnit)
RARE_ACTS = (Correct, End)


class PlanItemForm(forms.ModelForm):
    """更正 of an item: its league and year stay, and it is finished on the league's page."""

    class Meta:
        model = LeaguePlanItem
        fields = ["heading", "name", "units", "owner", "due_on", "note"]
        widgets = {"units": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk and "units" in self.fields:
            self.fields["units"].queryset = leagues.unit_choices(self.instance.league).order_by("name")

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on.year != self.instance.year:
            raise forms.ValidationError(f"完成时限要在 {self.instance.year} 年内。", code="year")
        return due_on
