import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models
import govern.fields
import organizations.identities


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_phone_codes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("grids", "0013_household_days"),
        ("organizations", "0020_working_calendar"),
    ]

    operations = [
        migrations.CreateModel(
            name="PositionClass",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        error_messages={"unique": "已有同名类别。"}, max_length=20, unique=True, verbose_name="名称"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
            ],
            options={
                "verbose_name": "岗位类别",
                "verbose_name_plural": "岗位类别",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        error_messages={"unique": "已有同名技能。"}, max_length=30, unique=True, verbose_name="技能"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
            ],
            options={
                "verbose_name": "服务技能",
                "verbose_name_plural": "服务技能",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Volunteer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(editable=False, max_length=14, unique=True, verbose_name="志愿者编号")),
                (
                    "kind",
                    models.CharField(
                        choices=[("member", "党员"), ("citizen", "群众")], max_length=10, verbose_name="身份"
                    ),
                ),
                (
                    "name",
                    govern.fields.EncryptedTextField(mask=govern.fields.mask_name, max_length=40, verbose_name="姓名"),
                ),
                (
                    "phone",
                    govern.fields.EncryptedTextField(
                        mask=govern.fields.mask_phone,
                        max_length=11,
                        validators=[accounts.models.PhoneValidator()],
                        verbose_name="手机号",
                    ),
                ),
                ("phone_index", govern.fields.BlindIndexField(null=True, source="phone")),
                (
                    "identity_number",
                    govern.fields.EncryptedTextField(
                        blank=True,
                        mask=govern.fields.mask_identity,
                        max_length=18,
                        validators=[organizations.identities.IdentityNumberValidator()],
                        verbose_name="身份证号",
                    ),
                ),
                ("identity_index", govern.fields.BlindIndexField(null=True, source="identity_number")),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="出生日期")),
                (
                    "employer",
                    models.CharField(
                        blank=True, help_text="名单里没有的单位写在这里。", max_length=80, verbose_name="工作单位"
                    ),
                ),
                (
                    "is_from_office",
                    models.BooleanField(default=False, help_text="在机关事业单位工作的党员。", verbose_name="机关党员"),
                ),
                (
                    "times",
                    govern.fields.FlagsField(
                        blank=True,
                        default=0,
                        flags=(
                            (1, "周一上午"),
                            (2, "周一下午"),
                            (4, "周二上午"),
                            (8, "周二下午"),
                            (16, "周三上午"),
                            (32, "周三下午"),
                            (64, "周四上午"),
                            (128, "周四下午"),
                            (256, "周五上午"),
                            (512, "周五下午"),
                            (1024, "周六上午"),
                            (2048, "周六下午"),
                            (4096, "周日上午"),
                            (8192, "周日下午"),
                        ),
                        help_text="不选表示任何时间。",
                        verbose_name="服务时间",
                    ),
                ),
                ("insured_until", models.DateField(blank=True, null=True, verbose_name="保险有效期至")),
                (
                    "guardian_name",
                    govern.fields.EncryptedTextField(
                        blank=True, mask=govern.fields.mask_name, max_length=40, verbose_name="监护人"
                    ),
                ),
                (
                    "guardian_phone",
                    govern.fields.EncryptedTextField(
                        blank=True,
                        mask=govern.fields.mask_phone,
                        max_length=11,
                        validators=[accounts.models.PhoneValidator()],
                        verbose_name="监护人手机号",
                    ),
                ),
                ("guardian_agreed_at", models.DateTimeField(editable=False, null=True, verbose_name="监护人同意时间")),
                (
                    "agreed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="同意时间"),
                ),
                ("has_confirmed", models.BooleanField(default=True, editable=False, verbose_name="本人已确认同意")),
                ("is_honoured", models.BooleanField(default=False, verbose_name="同意上光荣榜")),
                (
                    "registered_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="注册时间"),
                ),
                ("left_on", models.DateField(editable=False, null=True, verbose_name="注销日期")),
                (
                    "leaving_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="注销原因"),
                ),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="volunteers",
                        to="grids.building",
                        verbose_name="楼栋",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="volunteers",
                        to="grids.community",
                        verbose_name="居住地社区",
                    ),
                ),
                (
                    "interests",
                    models.ManyToManyField(
                        blank=True,
                        related_name="interested",
                        to="volunteers.positionclass",
                        verbose_name="感兴趣的岗位",
                    ),
                ),
                (
                    "member",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="volunteer",
                        to="organizations.partymember",
                        verbose_name="党员名册",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="volunteers",
                        to="accounts.privacynotice",
                        verbose_name="同意的隐私告知书",
                    ),
                ),
                (
                    "skills",
                    models.ManyToManyField(
                        blank=True, related_name="volunteers", to="volunteers.skill", verbose_name="服务技能"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="volunteers",
                        to="organizations.unit",
                        verbose_name="所在单位",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="volunteer",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "志愿者",
                "verbose_name_plural": "志愿者",
                "ordering": ["-registered_at", "-pk"],
                "indexes": [
                    models.Index(fields=["community", "registered_at"], name="volunteer_of_community"),
                    models.Index(fields=["unit", "registered_at"], name="volunteer_of_unit"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None), models.Q(("phone_index", None), _negated=True)),
                        fields=("phone_index",),
                        name="volunteer_phone_once",
                        violation_error_message="这个手机号已经登记过志愿者。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None), models.Q(("identity_index", None), _negated=True)),
                        fields=("identity_index",),
                        name="volunteer_identity_once",
                        violation_error_message="这个身份证号已经登记过志愿者。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Station",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("code", models.CharField(editable=False, max_length=8, unique=True, verbose_name="编号")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="电话")),
                ("about", models.CharField(blank=True, max_length=300, verbose_name="介绍")),
                ("is_active", models.BooleanField(default=True, verbose_name="开放")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stations",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "keepers",
                    models.ManyToManyField(
                        blank=True, related_name="kept_stations", to="volunteers.volunteer", verbose_name="驻站人员"
                    ),
                ),
            ],
            options={
                "verbose_name": "志愿服务站",
                "verbose_name_plural": "志愿服务站",
                "ordering": ["community", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("community", "name"),
                        name="station_name_is_unique_in_its_community",
                        violation_error_message="该社区已有同名服务站。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Good",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="名称")),
                ("unit_word", models.CharField(default="个", max_length=6, verbose_name="单位")),
                (
                    "points",
                    models.PositiveIntegerField(default=0, help_text="0 表示不用来兑换。", verbose_name="兑换积分"),
                ),
                ("count", models.PositiveIntegerField(default=0, editable=False, verbose_name="现有")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="goods",
                        to="volunteers.station",
                        verbose_name="服务站",
                    ),
                ),
            ],
            options={
                "verbose_name": "物资",
                "verbose_name_plural": "物资",
                "ordering": ["station", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("station", "name"),
                        name="good_name_is_unique_in_its_station",
                        violation_error_message="该服务站已有这种物资。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Exchange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(editable=False, null=True, unique=True)),
                ("count", models.PositiveSmallIntegerField(default=1, verbose_name="数量")),
                ("points", models.PositiveIntegerField(verbose_name="用去积分")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                (
                    "handed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchanges",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发放人",
                    ),
                ),
                (
                    "good",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchanges",
                        to="volunteers.good",
                        verbose_name="物资",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="exchanges",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "兑换",
                "verbose_name_plural": "兑换记录",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 1)),
                        name="exchange_hands_out_something",
                        violation_error_message="至少兑换 1 件。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PointRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ledger",
                    models.CharField(
                        choices=[("duty", "报到服务"), ("voluntary", "志愿服务")], max_length=10, verbose_name="账目"
                    ),
                ),
                ("points_per_hour", models.PositiveSmallIntegerField(verbose_name="每小时积分")),
                (
                    "most_per_session",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="分；不填不限。", null=True, verbose_name="每次上限"
                    ),
                ),
                ("effective_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="起用日期")),
            ],
            options={
                "verbose_name": "积分规则",
                "verbose_name_plural": "积分规则",
                "ordering": ["ledger", "-effective_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ledger", "effective_on"),
                        name="point_rule_once_a_day",
                        violation_error_message="这一天已有规则。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("building_head", "楼栋长"),
                            ("grid_worker", "兼职网格员"),
                            ("household", "党员中心户"),
                            ("general", "服务岗位"),
                        ],
                        default="general",
                        max_length=20,
                        verbose_name="性质",
                    ),
                ),
                ("title", models.CharField(max_length=40, verbose_name="岗位名称")),
                ("text", models.CharField(max_length=300, verbose_name="做什么")),
                ("place", models.CharField(blank=True, max_length=80, verbose_name="地点")),
                ("headcount", models.PositiveSmallIntegerField(default=1, verbose_name="名额")),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="任期起")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="任期止")),
                (
                    "monthly_minutes",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="分钟；社区每月确认后记入，0 表示只按活动记。", verbose_name="每月认定时长"
                    ),
                ),
                (
                    "least_age",
                    models.PositiveSmallIntegerField(blank=True, help_text="岁", null=True, verbose_name="最小年龄"),
                ),
                (
                    "most_age",
                    models.PositiveSmallIntegerField(blank=True, help_text="岁", null=True, verbose_name="最大年龄"),
                ),
                ("needs_training", models.BooleanField(default=False, verbose_name="要有对应技能的培训")),
                ("needs_insurance", models.BooleanField(default=False, verbose_name="要有保险")),
                ("is_for_members", models.BooleanField(default=False, verbose_name="只限党员")),
                (
                    "status",
                    models.CharField(
                        choices=[("drafted", "未发布"), ("open", "招募中"), ("closed", "已停招")],
                        default="drafted",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "branch",
                    models.ForeignKey(
                        blank=True,
                        help_text="党员中心户设在哪个党小组下面。",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="organizations.organization",
                        verbose_name="楼栋党小组",
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="grids.building",
                        verbose_name="楼栋",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
                (
                    "position_class",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="positions",
                        to="volunteers.positionclass",
                        verbose_name="岗位类别",
                    ),
                ),
                (
                    "skills",
                    models.ManyToManyField(
                        blank=True, related_name="positions", to="volunteers.skill", verbose_name="要求技能"
                    ),
                ),
            ],
            options={
                "verbose_name": "岗位",
                "verbose_name_plural": "岗位",
                "ordering": ["community", "kind", "title"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["drafted", "open", "closed"])),
                        name="position_status_is_known",
                        violation_error_message="未知的岗位状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("building__isnull", False), ("kind", "building_head")),
                            models.Q(("grid__isnull", False), ("kind", "grid_worker")),
                            models.Q(("branch__isnull", False), ("kind", "household")),
                            ("kind", "general"),
                            _connector="OR",
                        ),
                        name="position_stands_where_its_kind_says",
                        violation_error_message="楼栋长要选楼栋，兼职网格员要选网格，党员中心户要选党小组。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("headcount__gte", 1)),
                        name="position_has_a_place",
                        violation_error_message="名额至少 1 个。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "building_head"), _negated=True), ("headcount", 1), _connector="OR"
                        ),
                        name="position_of_a_building_has_one_head",
                        violation_error_message="一栋楼只有一名楼栋长，名额填 1。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="position_ends_after_it_starts",
                        violation_error_message="任期止不能早于任期起。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("claimed", "待确认"),
                            ("waiting", "候补"),
                            ("held", "在岗"),
                            ("declined", "未安排"),
                            ("withdrawn", "本人撤回"),
                            ("ended", "已离岗"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=200, verbose_name="本人说明")),
                (
                    "claimed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="认领时间"),
                ),
                ("confirmed_at", models.DateTimeField(editable=False, null=True, verbose_name="确认时间")),
                ("starts_on", models.DateField(editable=False, null=True, verbose_name="上岗日期")),
                ("ended_on", models.DateField(editable=False, null=True, verbose_name="离岗日期")),
                ("note", models.CharField(blank=True, editable=False, max_length=200, verbose_name="说明")),
                ("is_public", models.BooleanField(default=False, verbose_name="同意公示姓名和电话")),
                ("wish", models.CharField(blank=True, editable=False, max_length=200, verbose_name="离岗或交接意愿")),
                ("wished_at", models.DateTimeField(editable=False, null=True, verbose_name="提出时间")),
                ("reminded_at", models.DateTimeField(editable=False, null=True, verbose_name="任期提醒时间")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmed_holdings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "duty",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holding",
                        to="grids.duty",
                        verbose_name="网格值守",
                    ),
                ),
                (
                    "household",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holding",
                        to="organizations.organization",
                        verbose_name="党员中心户",
                    ),
                ),
                (
                    "position",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="volunteers.position",
                        verbose_name="岗位",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "任岗",
                "verbose_name_plural": "任岗记录",
                "ordering": ["position", "claimed_at", "pk"],
                "indexes": [models.Index(fields=["volunteer", "status"], name="holding_of_volunteer")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["claimed", "waiting", "held"])),
                        fields=("position", "volunteer"),
                        name="holding_one_open_per_position",
                        violation_error_message="您已认领这个岗位。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["claimed", "waiting", "held", "declined", "withdrawn", "ended"])
                        ),
                        name="holding_status_is_known",
                        violation_error_message="未知的任岗状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["held", "ended"]), _negated=True),
                            ("starts_on__isnull", False),
                            _connector="OR",
                        ),
                        name="holding_held_says_since_when",
                        violation_error_message="在岗的要有上岗日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(editable=False, max_length=8, unique=True, verbose_name="报到编号")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitted", "待接收"),
                            ("returned", "退回补正"),
                            ("registered", "已注册"),
                            ("contacted", "已对接"),
                            ("posted", "已安排岗位"),
                            ("moved", "已转出"),
                            ("ended", "已注销"),
                        ],
                        default="submitted",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[("self", "本人"), ("unit", "单位"), ("community", "社区代办")],
                        default="self",
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, verbose_name="报到时间")),
                ("registered_at", models.DateTimeField(editable=False, null=True, verbose_name="接收时间")),
                ("contact_by", models.DateTimeField(editable=False, null=True, verbose_name="对接期限")),
                ("contacted_at", models.DateTimeField(editable=False, null=True, verbose_name="对接时间")),
                ("posted_at", models.DateTimeField(editable=False, null=True, verbose_name="首次安排岗位")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="转出或注销时间")),
                ("reminded_at", models.DateTimeField(editable=False, null=True, verbose_name="提醒时间")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="grids.community",
                        verbose_name="报到社区",
                    ),
                ),
                (
                    "contacted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacted_reports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="对接人",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="volunteers.volunteer",
                        verbose_name="报到人",
                    ),
                ),
            ],
            options={
                "verbose_name": "党员（志愿者）报到",
                "verbose_name_plural": "党员（志愿者）报到",
                "ordering": ["-submitted_at", "-pk"],
                "indexes": [
                    models.Index(fields=["community", "status", "submitted_at"], name="report_queue_of_community"),
                    models.Index(fields=["status", "contact_by"], name="report_to_contact"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["moved", "ended"]), _negated=True),
                        fields=("volunteer",),
                        name="report_one_open_per_volunteer",
                        violation_error_message="这个人已经向一个社区报到，请先转出。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["submitted", "returned", "registered", "contacted", "posted", "moved", "ended"],
                            )
                        ),
                        name="report_status_is_known",
                        violation_error_message="未知的报到状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status__in", ["contacted", "posted"]), _negated=True),
                            ("contacted_at__isnull", False),
                            _connector="OR",
                        ),
                        name="report_contacted_says_when",
                        violation_error_message="已对接的要有对接时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReportEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("submitted", "待接收"),
                            ("returned", "退回补正"),
                            ("registered", "已注册"),
                            ("contacted", "已对接"),
                            ("posted", "已安排岗位"),
                            ("moved", "已转出"),
                            ("ended", "已注销"),
                        ],
                        max_length=10,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("submitted", "待接收"),
                            ("returned", "退回补正"),
                            ("registered", "已注册"),
                            ("contacted", "已对接"),
                            ("posted", "已安排岗位"),
                            ("moved", "已转出"),
                            ("ended", "已注销"),
                        ],
                        max_length=10,
                        verbose_name="新状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="report_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="volunteers.report",
                        verbose_name="报到",
                    ),
                ),
            ],
            options={
                "verbose_name": "报到经过",
                "verbose_name_plural": "报到经过",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="队名")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("party_service", "党员服务队"),
                            ("party_task", "党员突击队"),
                            ("volunteer", "志愿者服务队"),
                        ],
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                (
                    "speciality",
                    models.CharField(
                        blank=True, help_text="如：水电维修、理发、法律咨询。", max_length=60, verbose_name="专长"
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=300, verbose_name="介绍")),
                (
                    "joining",
                    models.CharField(
                        choices=[("open", "直接加入"), ("approval", "申请后审核"), ("invitation", "只由队长邀请")],
                        default="approval",
                        max_length=12,
                        verbose_name="加入方式",
                    ),
                ),
                ("founded_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="成立日期")),
                ("dissolved_on", models.DateField(blank=True, null=True, verbose_name="解散日期")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="led_teams",
                        to="volunteers.volunteer",
                        verbose_name="队长",
                    ),
                ),
            ],
            options={
                "verbose_name": "服务队",
                "verbose_name_plural": "服务队",
                "ordering": ["community", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("community", "name"),
                        name="team_name_is_unique_in_its_community",
                        violation_error_message="该社区已有同名服务队。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="做什么")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="经度")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="纬度")),
                (
                    "radius_m",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="米；填了才核对签到位置，要同时填经纬度。",
                        null=True,
                        verbose_name="签到范围",
                    ),
                ),
                ("seats", models.PositiveSmallIntegerField(default=10, verbose_name="名额")),
                (
                    "target_groups",
                    govern.fields.FlagsField(
                        blank=True,
                        default=0,
                        flags=(
                            (1, "居民"),
                            (2, "低保户"),
                            (4, "老年人"),
                            (8, "残疾人"),
                            (16, "困难家庭"),
                            (32, "青少年"),
                        ),
                        help_text="不选表示居民。",
                        verbose_name="服务对象",
                    ),
                ),
                (
                    "risks",
                    models.CharField(
                        blank=True,
                        help_text="可能的危险和注意事项，报名时会看到。",
                        max_length=300,
                        verbose_name="风险说明",
                    ),
                ),
                (
                    "least_age",
                    models.PositiveSmallIntegerField(blank=True, help_text="岁", null=True, verbose_name="最小年龄"),
                ),
                (
                    "most_age",
                    models.PositiveSmallIntegerField(blank=True, help_text="岁", null=True, verbose_name="最大年龄"),
                ),
                ("needs_training", models.BooleanField(default=False, verbose_name="要有对应技能的培训")),
                ("needs_insurance", models.BooleanField(default=False, verbose_name="要有保险")),
                (
                    "ledger",
                    models.CharField(
                        choices=[("duty", "报到服务"), ("voluntary", "志愿服务")],
                        default="voluntary",
                        max_length=10,
                        verbose_name="记入",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "周一"),
                            (1, "周二"),
                            (2, "周三"),
                            (3, "周四"),
                            (4, "周五"),
                            (5, "周六"),
                            (6, "周日"),
                        ],
                        default=1,
                        verbose_name="每周",
                    ),
                ),
                ("starts_at", models.TimeField(verbose_name="开始")),
                ("ends_at", models.TimeField(verbose_name="结束")),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="从哪天起")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="到哪天止")),
                (
                    "skips_holidays",
                    models.BooleanField(
                        default=True, help_text="法定节假日不办；调休上班日照办。", verbose_name="节假日停"
                    ),
                ),
                ("is_red_vest", models.BooleanField(default=False, verbose_name="周二红马甲")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "skills",
                    models.ManyToManyField(
                        blank=True, related_name="series", to="volunteers.skill", verbose_name="要求技能"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="volunteers.team",
                        verbose_name="服务队",
                    ),
                ),
            ],
            options={
                "verbose_name": "活动系列",
                "verbose_name_plural": "活动系列",
                "ordering": ["community", "weekday", "starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="series_ends_after_it_starts",
                        violation_error_message="结束时间要晚于开始时间。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="做什么")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="经度")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="纬度")),
                (
                    "radius_m",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="米；填了才核对签到位置，要同时填经纬度。",
                        null=True,
                        verbose_name="签到范围",
                    ),
                ),
                ("seats", models.PositiveSmallIntegerField(default=10, verbose_name="名额")),
                (
                    "target_groups",
                    govern.fields.FlagsField(
                        blank=True,
                        default=0,
                        flags=(
                            (1, "居民"),
                            (2, "低保户"),
                            (4, "老年人"),
                            (8, "残疾人"),
                            (16, "困难家庭"),
                            (32, "青少年"),
                        ),
                        help_text="不选表示居民。",
                        verbose_name="服务对象",
                    ),
                ),
                (
                    "risks",
                    models.CharField(
                        blank=True,
                        help_text="可能的危险和注意事项，报名时会看到。",
                        max_length=300,
                        verbose_name="风险说明",
                    ),
                ),
                (
                    "least_age",
                    models.PositiveSmallIntegerField(blank=True, help_text="岁", null=True, verbose_name="最小年龄"),
                ),
                (
                    "most_age",
                    models.PositiveSmallIntegerField(blank=True, help_text="岁", null=True, verbose_name="最大年龄"),
                ),
                ("needs_training", models.BooleanField(default=False, verbose_name="要有对应技能的培训")),
                ("needs_insurance", models.BooleanField(default=False, verbose_name="要有保险")),
                (
                    "ledger",
                    models.CharField(
                        choices=[("duty", "报到服务"), ("voluntary", "志愿服务")],
                        default="voluntary",
                        max_length=10,
                        verbose_name="记入",
                    ),
                ),
                ("code", models.CharField(editable=False, max_length=8, unique=True, verbose_name="编号")),
                ("starts_at", models.DateTimeField(verbose_name="开始")),
                ("ends_at", models.DateTimeField(verbose_name="结束")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drafted", "未发布"),
                            ("open", "报名中"),
                            ("held", "已结束"),
                            ("settled", "时长已确认"),
                            ("cancelled", "已取消"),
                        ],
                        default="drafted",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("secret", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "cancelled_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="取消原因"),
                ),
                ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="确认时间")),
                ("reminded_at", models.DateTimeField(editable=False, null=True, verbose_name="提醒时间")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="volunteers.series",
                        verbose_name="活动系列",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settled_sessions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "skills",
                    models.ManyToManyField(
                        blank=True, related_name="sessions", to="volunteers.skill", verbose_name="要求技能"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="volunteers.team",
                        verbose_name="服务队",
                    ),
                ),
                (
                    "leader",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="led_sessions",
                        to="volunteers.volunteer",
                        verbose_name="领队",
                    ),
                ),
            ],
            options={
                "verbose_name": "活动场次",
                "verbose_name_plural": "活动场次",
                "ordering": ["-starts_at", "-pk"],
                "indexes": [
                    models.Index(fields=["community", "starts_at"], name="session_of_community"),
                    models.Index(fields=["status", "ends_at"], name="session_queue"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "starts_at"),
                        name="session_once_per_series_and_start",
                        violation_error_message="这个系列当天的场次已经有了。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="session_ends_after_it_starts",
                        violation_error_message="结束时间要晚于开始时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["drafted", "open", "held", "settled", "cancelled"])),
                        name="session_status_is_known",
                        violation_error_message="未知的场次状态。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Signup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("seated", "已报名"),
                            ("waiting", "候补"),
                            ("cancelled", "已取消"),
                            ("attended", "已参加"),
                            ("absent", "未到"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "signed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="报名时间"),
                ),
                ("seated_at", models.DateTimeField(editable=False, null=True, verbose_name="占到名额")),
                ("cancelled_at", models.DateTimeField(editable=False, null=True, verbose_name="取消时间")),
                (
                    "cancelled_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="取消原因"),
                ),
                ("is_short_notice", models.BooleanField(default=False, editable=False, verbose_name="临时取消")),
                ("arrived_at", models.DateTimeField(editable=False, null=True, verbose_name="签到")),
                (
                    "arrived_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("qr", "扫码"),
                            ("tablet", "平板输编号"),
                            ("leader", "领队登记"),
                            ("rule", "按规则补签退"),
                            ("make_up", "补录"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="签到方式",
                    ),
                ),
                ("left_at", models.DateTimeField(editable=False, null=True, verbose_name="签退")),
                (
                    "left_by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("qr", "扫码"),
                            ("tablet", "平板输编号"),
                            ("leader", "领队登记"),
                            ("rule", "按规则补签退"),
                            ("make_up", "补录"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="签退方式",
                    ),
                ),
                ("is_made_up", models.BooleanField(default=False, editable=False, verbose_name="补录")),
                (
                    "made_up_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="补录原因"),
                ),
                (
                    "credited_minutes",
                    models.PositiveIntegerField(editable=False, null=True, verbose_name="认定时长（分钟）"),
                ),
                (
                    "credited_note",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="认定说明"),
                ),
                (
                    "score",
                    models.PositiveSmallIntegerField(
                        editable=False,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5),
                        ],
                        verbose_name="评价",
                    ),
                ),
                ("comment", models.CharField(blank=True, editable=False, max_length=200, verbose_name="评语")),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved_signups",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="补录审核人",
                    ),
                ),
                (
                    "made_up_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="made_up_signups",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="补录人",
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signups",
                        to="volunteers.session",
                        verbose_name="场次",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signups",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "报名",
                "verbose_name_plural": "报名和服务",
                "ordering": ["session", "signed_at", "pk"],
                "indexes": [
                    models.Index(fields=["volunteer", "status", "signed_at"], name="signup_of_volunteer"),
                    models.Index(fields=["session", "status", "signed_at"], name="signup_of_session"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        fields=("session", "volunteer"),
                        name="signup_one_open_per_session",
                        violation_error_message="您已报名这一场。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["seated", "waiting", "cancelled", "attended", "absent"])),
                        name="signup_status_is_known",
                        violation_error_message="未知的报名状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None),
                            models.Q(("arrived_at__isnull", False), ("left_at__gte", models.F("arrived_at"))),
                            _connector="OR",
                        ),
                        name="signup_leaves_after_arriving",
                        violation_error_message="签退不能早于签到。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("made_up_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="signup_made_up_is_approved_by_another",
                        violation_error_message="补录要由另一个人审核。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HourEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ledger",
                    models.CharField(
                        choices=[("duty", "报到服务"), ("voluntary", "志愿服务")], max_length=10, verbose_name="账目"
                    ),
                ),
                ("minutes", models.IntegerField(verbose_name="分钟")),
                ("served_on", models.DateField(verbose_name="服务日期")),
                ("counts_on", models.DateField(verbose_name="计入日期")),
                ("words", models.CharField(max_length=100, verbose_name="内容")),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="记录时间")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hour_entries",
                        to="grids.community",
                        verbose_name="记录社区",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entered_hours",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "holding",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hour_entries",
                        to="volunteers.holding",
                        verbose_name="任岗",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacement",
                        to="volunteers.hourentry",
                        verbose_name="更正",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="volunteers.hourentry",
                        verbose_name="冲销",
                    ),
                ),
                (
                    "signup",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hour_entries",
                        to="volunteers.signup",
                        verbose_name="哪次服务",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hour_entries",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "时长记录",
                "verbose_name_plural": "时长台账",
                "ordering": ["-served_on", "-pk"],
                "indexes": [
                    models.Index(fields=["volunteer", "ledger", "served_on"], name="hours_of_volunteer"),
                    models.Index(fields=["community", "served_on"], name="hours_of_community"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("minutes__gt", 0), ("reverses", None)),
                            models.Q(("minutes__lt", 0), ("reverses__isnull", False)),
                            _connector="OR",
                        ),
                        name="hours_are_negative_only_to_reverse",
                        violation_error_message="时长要大于 0；改正请冲销原记录。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaces", None), ("reverses", None), ("signup__isnull", False)),
                        fields=("signup",),
                        name="signup_is_credited_once",
                        violation_error_message="这次服务已记过时长。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("holding__isnull", False), ("replaces", None), ("reverses", None)),
                        fields=("holding", "served_on"),
                        name="holding_is_credited_once_a_month",
                        violation_error_message="这个岗位本月已记过时长。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "周一"),
                            (1, "周二"),
                            (2, "周三"),
                            (3, "周四"),
                            (4, "周五"),
                            (5, "周六"),
                            (6, "周日"),
                        ],
                        verbose_name="每周",
                    ),
                ),
                ("starts_at", models.TimeField(verbose_name="开始")),
                ("ends_at", models.TimeField(verbose_name="结束")),
                (
                    "station",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_hours",
                        to="volunteers.station",
                        verbose_name="服务站",
                    ),
                ),
            ],
            options={
                "verbose_name": "开放时间",
                "verbose_name_plural": "开放时间",
                "ordering": ["weekday", "starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="station_closes_after_it_opens",
                        violation_error_message="结束时间要晚于开始时间。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("change", models.IntegerField(verbose_name="增减")),
                ("reason", models.CharField(max_length=60, verbose_name="说明")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stock_moves",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "good",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moves",
                        to="volunteers.good",
                        verbose_name="物资",
                    ),
                ),
            ],
            options={
                "verbose_name": "出入库",
                "verbose_name_plural": "出入库记录",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Muster",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200, verbose_name="做什么")),
                ("place", models.CharField(max_length=80, verbose_name="集合地点")),
                ("meet_at", models.DateTimeField(verbose_name="集合时间")),
                ("wanted_count", models.PositiveSmallIntegerField(default=10, verbose_name="需要几人")),
                (
                    "called_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="召集时间"),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="结束时间")),
                (
                    "called_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="musters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="召集人",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="musters",
                        to="volunteers.team",
                        verbose_name="服务队",
                    ),
                ),
            ],
            options={
                "verbose_name": "集结",
                "verbose_name_plural": "集结",
                "ordering": ["-called_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="UnitReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secretary", models.CharField(max_length=40, verbose_name="单位党组织负责人")),
                ("members_count", models.PositiveIntegerField(default=0, verbose_name="在职党员数")),
                ("offers", models.CharField(blank=True, max_length=300, verbose_name="能提供的服务")),
                ("wishes", models.CharField(blank=True, max_length=300, verbose_name="希望参加的共建")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitted", "待接收"),
                            ("returned", "退回补正"),
                            ("received", "已接收"),
                            ("ended", "已转出"),
                        ],
                        default="submitted",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "submitted_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="报到时间"),
                ),
                ("opinion", models.CharField(blank=True, editable=False, max_length=200, verbose_name="接收意见")),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="办理时间")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_reports",
                        to="grids.community",
                        verbose_name="报到社区",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided_unit_reports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_reports",
                        to="organizations.unit",
                        verbose_name="报到单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "单位报到",
                "verbose_name_plural": "单位报到",
                "ordering": ["-submitted_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "ended"), _negated=True),
                        fields=("unit", "community"),
                        name="unit_reports_to_a_community_once",
                        violation_error_message="这个单位已经向该社区报到。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["submitted", "returned", "received", "ended"])),
                        name="unit_report_status_is_known",
                        violation_error_message="未知的报到状态。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Training",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="培训内容")),
                ("minutes", models.PositiveIntegerField(verbose_name="时长（分钟）")),
                ("organizer", models.CharField(max_length=60, verbose_name="组织单位")),
                ("on", models.DateField(verbose_name="日期")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="有效期至")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_trainings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "skill",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trainings",
                        to="volunteers.skill",
                        verbose_name="对应技能",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="trainings",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "培训",
                "verbose_name_plural": "培训情况",
                "ordering": ["-on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until", None), ("valid_until__gte", models.F("on")), _connector="OR"
                        ),
                        name="training_ends_after_it_was_held",
                        violation_error_message="有效期不能早于培训日期。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Star",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField(verbose_name="星级")),
                ("minutes", models.PositiveIntegerField(verbose_name="达到时长（分钟）")),
                (
                    "status",
                    models.CharField(
                        choices=[("published", "公示中"), ("awarded", "已认定"), ("withdrawn", "已取消")],
                        default="published",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("published_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="公示开始")),
                ("published_until", models.DateField(verbose_name="公示至")),
                ("awarded_on", models.DateField(editable=False, null=True, verbose_name="认定日期")),
                ("withdrawn_on", models.DateField(editable=False, null=True, verbose_name="取消日期")),
                ("note", models.CharField(blank=True, editable=False, max_length=100, verbose_name="说明")),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn_stars",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="取消人",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stars",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "星级",
                "verbose_name_plural": "星级认定",
                "ordering": ["-published_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "withdrawn"), _negated=True),
                        fields=("volunteer", "level"),
                        name="star_level_once_per_volunteer",
                        violation_error_message="这一星级已经认定或正在公示。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["published", "awarded", "withdrawn"])),
                        name="star_status_is_known",
                        violation_error_message="未知的星级状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 5))),
                        name="star_level_is_known",
                        violation_error_message="星级为 1 到 5。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("published_until__gte", models.F("published_on"))),
                        name="star_is_published_before_it_is_awarded",
                        violation_error_message="公示截止不能早于开始。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PointEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("points", models.IntegerField(verbose_name="积分")),
                ("words", models.CharField(max_length=100, verbose_name="内容")),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="记录时间")),
                (
                    "exchange",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="point_entry",
                        to="volunteers.exchange",
                        verbose_name="兑换",
                    ),
                ),
                (
                    "hour_entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="point_entry",
                        to="volunteers.hourentry",
                        verbose_name="时长记录",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversal",
                        to="volunteers.pointentry",
                        verbose_name="冲销",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="point_entries",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "积分记录",
                "verbose_name_plural": "积分台账",
                "ordering": ["-entered_at", "-pk"],
                "indexes": [models.Index(fields=["volunteer", "entered_at"], name="points_of_volunteer")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("points", 0), _negated=True),
                        name="points_are_not_nought",
                        violation_error_message="积分不能是 0。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MusterAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "answer",
                    models.CharField(
                        choices=[("coming", "能到"), ("late", "晚点到"), ("unable", "来不了")],
                        max_length=10,
                        verbose_name="答复",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=60, verbose_name="说明")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="时间")),
                (
                    "muster",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="volunteers.muster",
                        verbose_name="集结",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="muster_answers",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "集结答复",
                "verbose_name_plural": "集结答复",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("muster", "volunteer"),
                        name="muster_is_answered_once_by_each",
                        violation_error_message="已经答复过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("invited", "已邀请"),
                            ("applied", "待审核"),
                            ("joined", "队员"),
                            ("declined", "未加入"),
                            ("left", "已退出"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=100, verbose_name="留言")),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="提出时间"),
                ),
                ("joined_at", models.DateTimeField(editable=False, null=True, verbose_name="加入时间")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="退出时间")),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="volunteers.team",
                        verbose_name="服务队",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "队员",
                "verbose_name_plural": "队员",
                "ordering": ["team", "-joined_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status__in", ["invited", "applied", "joined"])),
                        fields=("team", "volunteer"),
                        name="membership_one_open_per_team",
                        violation_error_message="这个人已在队里，或正在等答复。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["invited", "applied", "joined", "declined", "left"])),
                        name="membership_status_is_known",
                        violation_error_message="未知的队员状态。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="哪里不对")),
                (
                    "status",
                    models.CharField(
                        choices=[("asked", "待核实"), ("corrected", "已更正"), ("refused", "维持原记录")],
                        default="asked",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="申请时间"),
                ),
                ("answer", models.CharField(blank=True, editable=False, max_length=300, verbose_name="核实结果")),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="核实时间")),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answered_corrections",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
                (
                    "signup",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="corrections",
                        to="volunteers.signup",
                        verbose_name="哪次服务",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "更正申请",
                "verbose_name_plural": "更正申请",
                "ordering": ["-asked_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["asked", "corrected", "refused"])),
                        name="correction_status_is_known",
                        violation_error_message="未知的更正状态。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Commendation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="表彰名称")),
                ("awarder", models.CharField(max_length=60, verbose_name="表彰单位")),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_commendations",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commendations",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "表彰",
                "verbose_name_plural": "表彰奖励情况",
                "ordering": ["-on", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(editable=False, max_length=32, unique=True, verbose_name="证明编号")),
                ("sign", models.CharField(editable=False, max_length=16, unique=True, verbose_name="核验码")),
                ("starts_on", models.DateField(verbose_name="服务起")),
                ("ends_on", models.DateField(verbose_name="服务止")),
                ("minutes", models.PositiveIntegerField(verbose_name="时长（分钟）")),
                ("sessions_count", models.PositiveSmallIntegerField(verbose_name="服务次数")),
                ("content", models.CharField(max_length=300, verbose_name="服务内容")),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="出具时间")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="作废时间")),
                ("revoked_reason", models.CharField(blank=True, max_length=100, verbose_name="作废原因")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="grids.community",
                        verbose_name="出具社区",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="volunteers.volunteer",
                        verbose_name="志愿者",
                    ),
                ),
            ],
            options={
                "verbose_name": "服务证明",
                "verbose_name_plural": "服务证明",
                "ordering": ["-issued_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="YearReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "year",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(2000),
                            django.core.validators.MaxValueValidator(2100),
                        ],
                        verbose_name="年度",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drafted", "待鉴定"),
                            ("graded", "已鉴定"),
                            ("sent", "已反馈单位"),
                            ("receipted", "单位已回执"),
                        ],
                        default="drafted",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("excellent", "优秀"),
                            ("qualified", "合格"),
                            ("basic", "基本合格"),
                            ("failed", "不合格"),
                        ],
                        max_length=10,
                        verbose_name="鉴定等次",
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=300, verbose_name="社区评语")),
                (
                    "duty_minutes",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="报到服务（分钟）"),
                ),
                (
                    "voluntary_minutes",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="志愿服务（分钟）"),
                ),
                (
                    "sessions_count",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="参加次数"),
                ),
                ("graded_at", models.DateTimeField(editable=False, null=True, verbose_name="鉴定时间")),
                ("sent_at", models.DateTimeField(editable=False, null=True, verbose_name="反馈时间")),
                ("receipted_at", models.DateTimeField(editable=False, null=True, verbose_name="回执时间")),
                ("receipt", models.CharField(blank=True, editable=False, max_length=200, verbose_name="回执意见")),
                (
                    "graded_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="graded_year_reviews",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="鉴定人",
                    ),
                ),
                (
                    "receipted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipted_year_reviews",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="回执人",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="volunteers.report",
                        verbose_name="报到",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="year_reviews",
                        to="organizations.unit",
                        verbose_name="所在单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "年度鉴定",
                "verbose_name_plural": "年度鉴定",
                "ordering": ["-year", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("report", "year"),
                        name="report_is_reviewed_once_a_year",
                        violation_error_message="这个年度已有鉴定。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["drafted", "graded", "sent", "receipted"])),
                        name="year_review_status_is_known",
                        violation_error_message="未知的鉴定状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status", "drafted"), models.Q(("grade", ""), _negated=True), _connector="OR"
                        ),
                        name="year_review_graded_has_a_grade",
                        violation_error_message="请选择鉴定等次。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SeriesException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="哪一天")),
                ("moved_to", models.DateField(blank=True, help_text="不填就是停办。", null=True, verbose_name="改到")),
                ("reason", models.CharField(max_length=60, verbose_name="原因")),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="volunteers.series",
                        verbose_name="活动系列",
                    ),
                ),
            ],
            options={
                "verbose_name": "停办或改期",
                "verbose_name_plural": "停办或改期",
                "ordering": ["-day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("series", "day"),
                        name="series_day_is_excepted_once",
                        violation_error_message="这一天已经设过。",
                    )
                ],
            },
        ),
    ]
