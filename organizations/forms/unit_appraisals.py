"""双向评价 of a unit: on the league's page, and put right or answered on its own."""

from django import forms
from django.utils import timezone

from govern.acts import Act
from organizations.forms.elections import number_field, words_field
from organizations.forms.leagues import LeagueAct, long_field, unit_field
from organizations.services import community_ratings, unit_appraisals


def points_field(label):
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=4,
        decimal_places=1,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.5"}),
        error_messages={
            "required": f"请填{label}。",
            "invalid": "请填数字。",
            "min_value": "不能少于 0 分。",
            "max_decimal_places": "最多一位小数。",
            "max_digits": "这个数太大了。",
            "max_whole_digits": "这个数太大了。",
        },
    )


class Points(Act):
    """What neither the sign-in lists nor the four lists tell, in words: other activities, study, teams, ideas."""

    first = number_field("清单以外的活动，第一季度几次", 0, 999, initial=0)
    second = number_field("清单以外的活动，第二季度几次", 0, 999, initial=0)
    third = number_field("清单以外的活动，第三季度几次", 0, 999, initial=0)
    fourth = number_field("清单以外的活动，第四季度几次", 0, 999, initial=0)
    activity_words = long_field("清单外活动的依据", 150, 2, required=False, help_text="活动名称、日期。")
    study_points = points_field("学习得分")
    study_words = words_field("学习的依据", 200)
    team_points = points_field("志愿服务队得分")
    team_words = words_field("志愿服务队的依据", 200)
    ideas_count = number_field("采纳的建议条数", 0, 99, initial=0)
    ideas_words = words_field("采纳了哪些建议", 200, required=False)

    def appraise(self, league, *, first, second, third, fourth, **cleaned):
        counts = (first, second, third, fourth)
        return unit_appraisals.appraise_unit(league, activity_counts=counts, actor=self.user, **cleaned)


class Appraise(Points, LeagueAct):
    verb, label, icon, done = "appraise", "评价单位", "star", "已评价，会议分按签到、活动次数按清单算好了。"
    of_members = ("unit",)
    unit = unit_field("单位")
    year = number_field("年度", 2000, 2100)
    field_order = ["unit", "year"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].initial = timezone.localdate().year

    def act(self, **cleaned):
        return self.appraise(self.subject, **cleaned)


class Reappraise(Points):
    verb, label, icon, done = "reappraise", "更正评价", "edit", "已重新算分。"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial = unit_appraisals.told(self.subject)

    @classmethod
    def is_offered(cls, appraisal):
        return appraisal.league.ended_on is None

    def act(self, **cleaned):
        return self.appraise(self.subject.league, unit=self.subject.unit, year=self.subject.year, **cleaned)


class Collect(Act):
    verb, label, icon, done = "collect", "从四张清单取数", "refresh", "已按清单重新取数、算分。"
    is_quiet = False

    @classmethod
    def is_offered(cls, appraisal):
        return appraisal.league.ended_on is None and appraisal.total is not None

    def act(self):
        return unit_appraisals.collect_deeds(self.subject, actor=self.user)


class Rate(Act):
    """The points of each item, and words; written down by the staff from paper, or given by the liaison."""

    verb, label, icon, done = "rate", "登记单位对社区的评价", "star", "已登记。"
    words = long_field("单位的话", 300, 3)
    is_final = True

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        full = community_ratings.full_points(self.subject.year)
        for item, most in full.items():
            self.fields[item] = points_field(f"{community_ratings.words_of(item)}（满分 {most:g} 分）")
            self.fields[item].help_text = RATED_BY[item]
        self.order_fields([*full, "words"])
        self.initial = {**community_ratings.given_of(self.subject), "words": self.subject.rating_words}

    @classmethod
    def is_offered(cls, appraisal):
        return appraisal.league.ended_on is None and appraisal.rating is None

    def act(self, words, **points):
        row = self.subject
        return community_ratings.rate_community(
            row.league,
            unit=row.unit,
            year=row.year,
            points=points,
            words=words,
            is_final=self.is_final,
            actor=self.user,
        )


class RateAtDesk(Rate):
    """A draft, unless the liaison pressed the button that confirms."""

    @property
    def is_final(self):
        return "confirm" in self.data


RATED_BY = {
    "response": "单位提出的困难和需求，有没有人管、管得及时不及时。",
    "notice": "会议、活动提前通知，建议听得进、有答复。",
    "service": "社区的场地、信息、服务对单位开放得怎样。",
    "feedback": "派单、活动办完后，结果有没有告诉单位。",
}
APPRAISAL_ACTS = (Collect, Rate, Reappraise)
