import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("grids", "0008_residences"),
    ]

    operations = [
        migrations.CreateModel(
            name="BuildingStay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="自")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="至")),
                (
                    "building",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stays",
                        to="grids.building",
                        verbose_name="楼栋",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stays",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
            ],
            options={
                "verbose_name": "楼栋归属",
                "verbose_name_plural": "楼栋归属",
                "ordering": ["building", "-starts_on"],
                "indexes": [models.Index(fields=["grid", "starts_on"], name="stay_of_grid")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ends_on", None)),
                        fields=("building",),
                        name="building_is_in_one_grid_at_a_time",
                        violation_error_message="该楼栋已归入一个网格。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="stay_ends_after_it_starts",
                        violation_error_message="结束日期不能早于开始日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="GridEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("founded", "设立"),
                            ("renamed", "更名"),
                            ("drawn", "调整楼栋"),
                            ("split", "拆分"),
                            ("merged", "合并"),
                            ("dissolved", "撤销"),
                        ],
                        max_length=20,
                        verbose_name="变动",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="依据或原因")),
                ("effective_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="生效日期")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="登记时间")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grid_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_events",
                        to="grids.grid",
                        verbose_name="另一网格",
                    ),
                ),
            ],
            options={
                "verbose_name": "网格变动",
                "verbose_name_plural": "网格变动",
                "ordering": ["-effective_on", "-at", "-pk"],
                "indexes": [models.Index(fields=["grid", "effective_on"], name="grid_event_by_day")],
            },
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="开始日期")),
                ("ends_on", models.DateField(verbose_name="结束日期")),
                ("reason", models.CharField(blank=True, max_length=80, verbose_name="原因")),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leaves",
                        to="grids.duty",
                        verbose_name="请假人",
                    ),
                ),
                (
                    "entered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entered_leaves",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "stand_in",
                    models.ForeignKey(
                        help_text="同一社区里正在值守的人。",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stood_in",
                        to="grids.duty",
                        verbose_name="代班人",
                    ),
                ),
            ],
            options={
                "verbose_name": "请假代班",
                "verbose_name_plural": "请假代班",
                "ordering": ["-starts_on", "-pk"],
                "indexes": [models.Index(fields=["stand_in", "ends_on"], name="leave_of_stand_in")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="leave_ends_after_it_starts",
                        violation_error_message="结束日期不能早于开始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("duty", models.F("stand_in")), _negated=True),
                        name="leave_is_covered_by_somebody_else",
                        violation_error_message="代班人不能是请假人自己。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("geometry", models.JSONField(verbose_name="图形")),
                ("west", models.FloatField(editable=False, verbose_name="西")),
                ("south", models.FloatField(editable=False, verbose_name="南")),
                ("east", models.FloatField(editable=False, verbose_name="东")),
                ("north", models.FloatField(editable=False, verbose_name="北")),
                ("area_m2", models.FloatField(editable=False, verbose_name="面积（平方米）")),
                ("drawn_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="勘定日期")),
                (
                    "community",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outline",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "grid",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outline",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
                (
                    "imported_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imported_outlines",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="导入人",
                    ),
                ),
                (
                    "quarter",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outline",
                        to="grids.quarter",
                        verbose_name="小区",
                    ),
                ),
            ],
            options={
                "verbose_name": "边界",
                "verbose_name_plural": "边界",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("community__isnull", False), ("grid", None), ("quarter", None)),
                            models.Q(("community", None), ("grid", None), ("quarter__isnull", False)),
                            models.Q(("community", None), ("grid__isnull", False), ("quarter", None)),
                            _connector="OR",
                        ),
                        name="outline_is_of_one_place",
                        violation_error_message="边界只属于一个社区、小区或网格。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Route",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="规则名称")),
                (
                    "order",
                    models.PositiveSmallIntegerField(
                        default=100, help_text="从小到大，先符合的先用。", verbose_name="顺序"
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[("any", "居民需求和巡查事件"), ("need", "居民需求"), ("incident", "巡查事件")],
                        default="any",
                        max_length=20,
                        verbose_name="对象",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True, help_text="不填就是全部类别。", max_length=20, verbose_name="类别代码开头"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("adviser", "网格指导员"),
                            ("leader", "网格长"),
                            ("worker", "网格员"),
                            ("building_head", "楼栋长"),
                            ("property", "物管公司责任人"),
                            ("security", "治安志愿者"),
                            ("cadre", "社区党员干部"),
                            ("unit_member", "驻区单位党员"),
                        ],
                        default="worker",
                        max_length=20,
                        verbose_name="交给",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="启用")),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        help_text="不选就是全部社区，只有街道和平台管理员可以设。",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="routes",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        blank=True,
                        help_text="不指定就交给该网格或楼栋当时担任这项职责的人。",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="routes",
                        to="grids.duty",
                        verbose_name="指定的人",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="routes",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
            ],
            options={
                "verbose_name": "首接规则",
                "verbose_name_plural": "首接规则",
                "ordering": ["order", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("community", None), ("grid", None), _connector="OR"),
                        name="route_has_one_area",
                        violation_error_message="社区和网格只选一个。",
                    )
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="duty",
            name="duty_is_for_a_building_or_a_grid",
        ),
        migrations.AddField(
            model_name="building",
            name="households",
            field=models.PositiveIntegerField(default=0, verbose_name="户数"),
        ),
        migrations.AddField(
            model_name="building",
            name="latitude",
            field=models.FloatField(
                blank=True,
                help_text="度，如 39.90860。",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(-90),
                    django.core.validators.MaxValueValidator(90),
                ],
                verbose_name="纬度",
            ),
        ),
        migrations.AddField(
            model_name="building",
            name="longitude",
            field=models.FloatField(
                blank=True,
                help_text="度，如 116.39750；底图与边界用同一坐标系。",
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(-180),
                    django.core.validators.MaxValueValidator(180),
                ],
                verbose_name="经度",
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="area",
            field=models.CharField(
                blank=True, help_text="如：1至4栋；不填就是整个网格。", max_length=80, verbose_name="负责范围"
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="employer",
            field=models.CharField(
                blank=True, help_text="物管公司、驻区单位的名称。", max_length=80, verbose_name="所在单位"
            ),
        ),
        migrations.AddField(
            model_name="duty",
            name="employment",
            field=models.CharField(
                blank=True,
                choices=[("full_time", "专职"), ("part_time", "兼职")],
                help_text="网格员填写。",
                max_length=20,
                verbose_name="专职或兼职",
            ),
        ),
        migrations.AddField(
            model_name="grid",
            name="dissolved_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="撤销日期"),
        ),
        migrations.AddField(
            model_name="grid",
            name="founded_on",
            field=models.DateField(default=django.utils.timezone.localdate, verbose_name="设立日期"),
        ),
        migrations.AddField(
            model_name="grid",
            name="kind",
            field=models.CharField(
                choices=[("general", "综合网格"), ("exclusive", "专属网格")],
                default="general",
                max_length=20,
                verbose_name="类型",
            ),
        ),
        migrations.AlterField(
            model_name="duty",
            name="kind",
            field=models.CharField(
                choices=[
                    ("adviser", "网格指导员"),
                    ("leader", "网格长"),
                    ("worker", "网格员"),
                    ("building_head", "楼栋长"),
                    ("property", "物管公司责任人"),
                    ("security", "治安志愿者"),
                    ("cadre", "社区党员干部"),
                    ("unit_member", "驻区单位党员"),
                ],
                max_length=20,
                verbose_name="职责",
            ),
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude", None), ("longitude", None)),
                    models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                    _connector="OR",
                ),
                name="building_point_is_whole",
                violation_error_message="经度和纬度要一起填。",
            ),
        ),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("building__isnull", False), ("grid__isnull", True), ("kind", "building_head")),
                    models.Q(
                        ("building__isnull", True),
                        ("grid__isnull", False),
                        ("kind__in", ["adviser", "leader", "worker", "property", "security", "cadre", "unit_member"]),
                    ),
                    _connector="OR",
                ),
                name="duty_is_for_a_building_or_a_grid",
                violation_error_message="楼栋长要选楼栋，其他职责要选网格。",
            ),
        ),
        migrations.AddConstraint(
            model_name="grid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("dissolved_on", None), ("dissolved_on__gte", models.F("founded_on")), _connector="OR"
                ),
                name="grid_is_dissolved_after_it_was_founded",
                violation_error_message="撤销日期不能早于设立日期。",
            ),
        ),
    ]
