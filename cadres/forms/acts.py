"""下一步 on the page of a community worker: each form runs one verb."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from cadres import services
from cadres.forms.fields import DayField, TrackField, WordsField
from cadres.models import Appraisal, CommunityWorker
from cadres.models.schemes import Title
from govern.acts import Act
from organizations.models import Organization

Status = CommunityWorker.Status


class WorkerAct(Act):
    from_statuses = frozenset({Status.ACTIVE})
    permission = "cadres.change_communityworker"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.fit()

    def fit(self):
        """What the fields offer for this very person."""

    def run(self):
        try:
            return super().run()
        except PermissionDenied as error:
            self.add_error(None, str(error))
            return None


class Appraise(WorkerAct):
    verb, label, icon = "appraise", "登记年度考核", "clipboard-check"
    permission = "cadres.add_appraisal"
    done = "考核已登记。"
    year = forms.TypedChoiceField(label="年度", coerce=int)
    grade = forms.ChoiceField(
        label="等次",
        choices=Appraisal.Grade.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择等次。"},
    )
    note = WordsField("说明", required=False)

    def fit(self):
        this_year = timezone.localdate().year
        years = range(this_year, max(self.subject.hired_on.year, this_year - 15) - 1, -1)
        self.fields["year"].choices = [(year, f"{year} 年度") for year in years]
        known = {row.year for row in self.subject.appraisals.all()}
        self.fields["year"].initial = next((year for year in years if year not in known), this_year)

    def act(self, **cleaned):
        return services.record_appraisal(self.subject, actor=self.user, **cleaned)


class ChangePost(WorkerAct):
    verb, label, icon = "change-post", "变动岗位", "arrow-up"
    done = "已办理。新岗位的级别已记入台账，按规则从执行日期起算。"
    track = TrackField("新岗位")
    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label="所在社区",
        empty_label=None,
        error_messages={"invalid_choice": "请选择您管辖范围内的社区。"},
    )
    on = DayField("任岗日期")
    reason = WordsField("原因", help_text="如：换届当选副主任。")
    evidence = WordsField("依据", required=False, help_text="任职文件文号。")

    def fit(self):
        mine = Organization.objects.allowed(self.user, self.permission).active().at_tier(Organization.Tier.COMMUNITY)
        self.fields["organization"].queryset = mine
        self.initial.setdefault("organization", self.subject.organization_id)
        self.initial.setdefault("track", self.subject.placement.track_id)

    def act(self, **cleaned):
        return services.change_post(self.subject, actor=self.user, **cleaned)


class Qualify(WorkerAct):
    verb, label, icon = "qualify", "登记学历资格", "school"
    permission = "cadres.add_qualification"
    done = "已登记，下一个 1 月 1 日测算时计入。"
    title = forms.ChoiceField(label="学历或资格", choices=Title.choices)
    obtained_on = DayField("取得日期")
    certificate = WordsField("证书编号", max_length=60, required=False)

    def act(self, **cleaned):
        return services.record_qualification(self.subject, actor=self.user, **cleaned)


class Interrupt(WorkerAct):
    verb, label, icon = "interrupt", "登记工龄中断", "pause"
    permission = "cadres.add_interruption"
    done = "已登记，中断的月份不计工龄。"
    starts_on = DayField("从")
    ends_on = DayField("到", required=False, help_text="还没有回来就不填，回来后再登记一次。")
    reason = WordsField("原因", max_length=100)

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        return cleaned

    def act(self, **cleaned):
        return services.record_interruption(self.subject, actor=self.user, **cleaned)


class CorrectGrade(WorkerAct):
    verb, label, icon = "correct-grade", "更正级别", "edit"
    permission = "cadres.add_gradeentry"
    done = "已在台账另记一笔更正，原来的记录保留。"
    level = forms.IntegerField(
        label="更正为几级",
        min_value=1,
        max_value=60,
        error_messages={"required": "请填级别。", "invalid": "请填数字。"},
    )
    on = DayField("从哪天起")
    reason = WordsField("原因")
    evidence = WordsField("依据", help_text="批准文件文号。")

    def act(self, **cleaned):
        return services.correct_grade(self.subject, actor=self.user, **cleaned)


class Leave(WorkerAct):
    verb, label, icon = "leave", "办理离职", "logout"
    done = "已办理离职，台账和经过都保留。"
    on = DayField("最后在岗日期")
    leaving = forms.ChoiceField(label="原因", choices=CommunityWorker.Leaving.choices)
    note = WordsField("说明", required=False)

    def act(self, **cleaned):
        return services.leave_worker(self.subject, actor=self.user, **cleaned)


class Rehire(WorkerAct):
    verb, label, icon = "rehire", "重新入职", "undo"
    from_statuses = frozenset({Status.LEFT})
    done = "已重新入职，离开的时间不计工龄。"
    on = DayField("入职日期")
    track = TrackField()
    reason = WordsField("说明", required=False)
    evidence = WordsField("依据", required=False)

    def act(self, **cleaned):
        return services.rehire_worker(self.subject, actor=self.user, **cleaned)


ACTS = [Appraise, ChangePost, Qualify, Interrupt, CorrectGrade, Leave, Rehire]
