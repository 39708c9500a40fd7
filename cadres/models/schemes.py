from auditlog.registry import auditlog
from django.db import models
from django.db.models import F, Q

from cadres import ladder
from cadres.querysets import RulebookQuerySet, SchemeQuerySet
from govern.fields import FlagsField
from organizations.querysets import ReferenceQuerySet


class Title(models.TextChoices):
    """学历和职业资格: what a level, a year or an allowance may be given for."""

    COLLEGE = "college", "大专"
    BACHELOR = "bachelor", "本科"
    MASTER = "master", "硕士"
    DOCTOR = "doctor", "博士"
    ASSISTANT = "assistant", "助理社会工作师"
    SOCIAL_WORKER = "social_worker", "社会工作师"
    SENIOR = "senior", "高级社会工作师"


DEGREES = (Title.COLLEGE, Title.BACHELOR, Title.MASTER, Title.DOCTOR)
LICENCES = (Title.ASSISTANT, Title.SOCIAL_WORKER, Title.SENIOR)
# Which appraisal grades count as a year, as bits of one number.
COUNTED = ((1, ladder.EXCELLENT), (2, ladder.COMPETENT), (4, ladder.BASIC), (8, ladder.INCOMPETENT))


class Scheme(models.Model):
    """岗位体系: 三岗十八级, or any other; its rules and pay are dated rows of their own."""

    name = models.CharField("名称", max_length=40, unique=True)
    top_level = models.PositiveSmallIntegerField("共几级", default=18)
    note = models.CharField("说明", max_length=200, blank=True)
    is_active = models.BooleanField("在用", default=True)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位体系"
        verbose_name_plural = "岗位体系"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="scheme_has_levels",
                condition=Q(top_level__gte=1, top_level__lte=60),
                violation_error_message="级数在 1 到 60 之间。",
            )
        ]

    def __str__(self):
        return self.name


class Track(models.Model):
    """岗: a kind of post in a scheme. Which levels it spans is said by the rules in force."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="tracks", verbose_name="岗位体系")
    name = models.CharField("岗位", max_length=30)
    posts = models.CharField("包括的职务", max_length=100, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        ordering = ["scheme", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="track_name_is_unique_in_its_scheme",
                fields=["scheme", "name"],
                violation_error_message="这个岗位体系里已有同名岗位。",
            )
        ]

    def __str__(self):
        return self.name


class Rulebook(models.Model):
    """晋级规则 of a scheme from a day on. A change is a new version: yesterday's level can still be explained."""

    scheme = models.ForeignKey(Scheme, models.PROTECT, related_name="rulebooks", verbose_name="岗位体系")
    effective_on = models.DateField("生效日期")
    step_years = models.PositiveSmallIntegerField("几年一级", default=3)
    counted_grades = FlagsField(
        "计入工龄的考核等次",
        flags=[(bit, ladder.GRADE_WORDS[grade]) for bit, grade in COUNTED],
        default=3,
        help_text="不勾的等次，当年不计入晋级年限。",
    )
    counts_unappraised = models.BooleanField(
        "没有考核记录的年度计入", default=True, help_text="只用于以往年度；上一年度没有考核，测算时一律待定。"
    )
    counts_part_years = models.BooleanField("不满一年按一年计", default=False)
    early_run = models.PositiveSmallIntegerField("连续几年优秀提前晋一级", default=2, help_text="填 0 表示不提前。")
    early_limit = models.PositiveSmallIntegerField("提前晋级最多几次", default=2)
    penalty_levels = models.PositiveSmallIntegerField("一个不合格年度降几级", default=0)
    change_delay_months = models.PositiveSmallIntegerField(
        "岗位变动后第几个月起执行", default=1, help_text="1 表示次月起；0 表示当月起。"
    )
    source = models.CharField("依据", max_length=300, blank=True)

    objects = RulebookQuerySet.as_manager()

    class Meta:
        verbose_name = "晋级规则"
        verbose_name_plural = "晋级规则"
        ordering = ["scheme", "-effective_on"]
        constraints = [
            models.UniqueConstraint(
                name="rulebook_one_a_day",
                fields=["scheme", "effective_on"],
                violation_error_message="这个岗位体系在这一天已有一版规则。",
            ),
            models.CheckConstraint(
                name="rulebook_steps_are_years",
                condition=Q(step_years__gte=1, step_years__lte=20),
                violation_error_message="几年一级请填 1 到 20。",
            ),
        ]

    def __str__(self):
        return f"{self.scheme}（{self.effective_on:%Y-%m-%d} 起）"

    @property
    def rules(self):
        """As ladder reads them; of a row that came from `whole()`."""
        return ladder.Rules(
            step_years=self.step_years,
            posts={
                row.track_id: ladder.Post(row.track_id, row.track.name, row.lowest, row.highest)
                for row in self.ranges.all()
            },
            counted_grades=frozenset(grade for bit, grade in COUNTED if self.counted_grades & bit),
            counts_unappraised=self.counts_unappraised,
            counts_part_years=self.counts_part_years,
            bonuses={row.title: row.bonus for row in self.bonuses.all()},
            early_run=self.early_run,
            early_limit=self.early_limit,
            penalty_levels=self.penalty_levels,
        )


class TrackRange(models.Model):
    rulebook = models.ForeignKey(Rulebook, models.CASCADE, related_name="ranges", verbose_name="晋级规则")
    track = models.ForeignKey(Track, models.PROTECT, related_name="ranges", verbose_name="岗位")
    lowest = models.PositiveSmallIntegerField("最低级")
    highest = models.PositiveSmallIntegerField("最高级")

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位级别范围"
        verbose_name_plural = "岗位级别范围"
        ordering = ["rulebook", "-highest"]
        constraints = [
            models.UniqueConstraint(
                name="range_one_per_track",
                fields=["rulebook", "track"],
                violation_error_message="一个岗位只填一次范围。",
            ),
            models.CheckConstraint(
                name="range_goes_up",
                condition=Q(lowest__gte=1, highest__gte=F("lowest")),
                violation_error_message="最高级不能低于最低级。",
            ),
        ]

    def __str__(self):
        return f"{self.track} {self.lowest}-{self.highest} 级"


class QualificationBonus(models.Model):
    """What a degree or licence is worth: levels, or years of service that it counts as; of each kind the highest."""

    rulebook = models.ForeignKey(Rulebook, models.CASCADE, related_name="bonuses", verbose_name="晋级规则")
    title = models.CharField("学历或资格", max_length=20, choices=Title.choices)
    levels = models.PositiveSmallIntegerField("加几级", default=0)
    years = models.PositiveSmallIntegerField("或按几年工龄计", default=0)

    objects = ReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "学历资格加级"
        verbose_name_plural = "学历资格加级"
        ordering = ["rulebook", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="bonus_one_per_title",
                fields=["rulebook", "title"],
                violation_error_message="一种学历或资格只填一次。",
            )
        ]

    def __str__(self):
        return f"{self.get_title_display()} 加 {self.levels} 级"

    @property
    def bonus(self):
        group = ladder.DEGREE if self.title in DEGREES else ladder.LICENCE
        return ladder.Bonus(self.title, self.get_title_display(), group, self.levels, self.years)


for model in (Scheme, Track, Rulebook, TrackRange, QualificationBonus):
    auditlog.register(model)
