import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models
import checklists.models.needs
import govern.fields
import patrols.models.counters
import patrols.models.incidents


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("checklists", "0017_category_codes"),
        ("grids", "0013_household_days"),
        ("organizations", "0019_ship_import_limit"),
    ]

    operations = [
        migrations.CreateModel(
            name="Matter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "family",
                    models.CharField(
                        choices=[("part", "部件"), ("event", "事件"), ("matter", "网格事项")],
                        max_length=10,
                        verbose_name="类属",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="如 S0102；本地扩展的大类从 80 开始。",
                        max_length=5,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[BSW](\\d{2}|\\d{4})$", "B 部件、S 事件、W 网格事项，再加 2 位大类或 4 位小类代码。"
                            )
                        ],
                        verbose_name="代码",
                    ),
                ),
                ("name", models.CharField(max_length=30, verbose_name="名称")),
                ("icon", models.CharField(blank=True, max_length=40, verbose_name="图标")),
                (
                    "handling_hours",
                    models.PositiveSmallIntegerField(
                        default=24,
                        help_text="工作小时，从派遣算起；紧急的按自然小时，不分昼夜。",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="处置时限",
                    ),
                ),
                (
                    "is_urgent",
                    models.BooleanField(
                        default=False, help_text="上报时先显示求助电话，并立即提醒网格长。", verbose_name="紧急"
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"parent": None},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="patrols.matter",
                        verbose_name="大类",
                    ),
                ),
            ],
            options={
                "verbose_name": "网格事项类别",
                "verbose_name_plural": "网格事项类别",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("family", "parent", "name"),
                        name="matter_name_is_unique_in_its_class",
                        violation_error_message="同一大类下已有同名事项。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="事项名称")),
                ("department", models.CharField(max_length=60, verbose_name="申请部门")),
                ("basis", models.CharField(help_text="法规、文件名称和文号。", max_length=200, verbose_name="依据")),
                ("duties", models.TextField(max_length=500, verbose_name="网格员做什么")),
                ("is_temporary", models.BooleanField(default=False, verbose_name="临时任务")),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="起始日期")),
                (
                    "ends_on",
                    models.DateField(blank=True, help_text="临时任务必须填写。", null=True, verbose_name="截止日期"),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("applied", "待审批"),
                            ("approved", "已准入"),
                            ("refused", "未准入"),
                            ("ended", "已退出"),
                        ],
                        default="applied",
                        editable=False,
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="审批时间")),
                ("decision", models.CharField(blank=True, editable=False, max_length=200, verbose_name="审批意见")),
                (
                    "applied_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="applied_admissions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="申请人",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided_admissions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="审批人",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        help_text="这个党组织和它的下级。",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to="organizations.organization",
                        verbose_name="适用范围",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admissions",
                        to="patrols.matter",
                        verbose_name="事项类别",
                    ),
                ),
            ],
            options={
                "verbose_name": "准入事项",
                "verbose_name_plural": "事项准入清单",
                "ordering": ["status", "-starts_on", "-pk"],
                "permissions": [("decide_admission", "审批事项准入")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["applied", "approved", "refused", "ended"])),
                        name="admission_status_is_known",
                        violation_error_message="未知的准入状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_temporary", False), ("ends_on__isnull", False), _connector="OR"),
                        name="admission_temporary_has_an_end",
                        violation_error_message="临时任务要填截止日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="admission_ends_after_it_starts",
                        violation_error_message="截止日期不能早于起始日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_by", None), ("status", "applied")),
                            models.Q(models.Q(("status", "applied"), _negated=True), ("decided_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="admission_is_decided_by_somebody",
                        violation_error_message="审批要记下审批人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("applied_by", models.F("decided_by")), _negated=True),
                        name="admission_is_decided_by_another",
                        violation_error_message="申请人不能审批自己的申请。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AdmissionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("applied", "待审批"),
                            ("approved", "已准入"),
                            ("refused", "未准入"),
                            ("ended", "已退出"),
                        ],
                        max_length=20,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("applied", "待审批"),
                            ("approved", "已准入"),
                            ("refused", "未准入"),
                            ("ended", "已退出"),
                        ],
                        max_length=20,
                        verbose_name="新状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="admission_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "admission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="patrols.admission",
                        verbose_name="准入事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "准入经过",
                "verbose_name_plural": "准入经过",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CareHousehold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "room",
                    govern.fields.EncryptedTextField(
                        help_text="如：2单元501", max_length=40, verbose_name="单元和房号"
                    ),
                ),
                (
                    "name",
                    govern.fields.EncryptedTextField(mask=govern.fields.mask_name, max_length=40, verbose_name="姓名"),
                ),
                (
                    "phone",
                    govern.fields.EncryptedTextField(
                        blank=True,
                        mask=govern.fields.mask_phone,
                        max_length=11,
                        validators=[accounts.models.PhoneValidator()],
                        verbose_name="手机号",
                    ),
                ),
                ("phone_index", govern.fields.BlindIndexField(db_index=True, source="phone")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("lonely_elder", "独居老人"),
                            ("disabled", "残疾人"),
                            ("low_income", "低保户"),
                            ("child", "困境儿童"),
                            ("other", "其他关爱对象"),
                        ],
                        max_length=20,
                        verbose_name="关爱类别",
                    ),
                ),
                ("needs_note", govern.fields.EncryptedTextField(blank=True, max_length=200, verbose_name="走访时留意")),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="列入日期")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="移出日期")),
                (
                    "ending_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="移出原因"),
                ),
                ("last_visit_at", models.DateTimeField(editable=False, null=True, verbose_name="上次走访")),
                (
                    "due_on",
                    models.DateField(default=django.utils.timezone.localdate, editable=False, verbose_name="下次走访"),
                ),
                (
                    "building",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="care_households",
                        to="grids.building",
                        verbose_name="楼栋",
                    ),
                ),
            ],
            options={
                "verbose_name": "走访户",
                "verbose_name_plural": "走访户",
                "ordering": ["due_on", "pk"],
                "indexes": [models.Index(fields=["building", "due_on"], name="household_due_in_building")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                        name="household_ends_after_it_starts",
                        violation_error_message="移出日期不能早于列入日期。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Errand",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="任务")),
                ("text", models.TextField(max_length=1000, verbose_name="要求")),
                ("due_on", models.DateField(verbose_name="完成期限")),
                (
                    "issued_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="交办时间"),
                ),
                (
                    "admission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="errands",
                        to="patrols.admission",
                        verbose_name="准入事项",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued_errands",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="交办人",
                    ),
                ),
            ],
            options={
                "verbose_name": "交办任务",
                "verbose_name_plural": "交办任务",
                "ordering": ["-issued_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="ErrandShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("done_at", models.DateTimeField(editable=False, null=True, verbose_name="完成时间")),
                ("note", models.CharField(blank=True, editable=False, max_length=300, verbose_name="完成情况")),
                (
                    "done_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="done_errands",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="完成人",
                    ),
                ),
                (
                    "errand",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="patrols.errand",
                        verbose_name="任务",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="errand_shares",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
            ],
            options={
                "verbose_name": "任务分工",
                "verbose_name_plural": "任务分工",
                "ordering": ["errand", "grid"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("errand", "grid"),
                        name="errand_goes_to_a_grid_once",
                        violation_error_message="该网格已有这项任务。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FieldDesk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=patrols.models.counters.new_sign,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="编号",
                    ),
                ),
                ("place", models.CharField(help_text="如：翡翠湾小区北门凉亭", max_length=80, verbose_name="地点")),
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
                    "offers",
                    models.CharField(
                        blank=True, help_text="如：医保咨询、老年证、诉求登记", max_length=200, verbose_name="办什么"
                    ),
                ),
                ("host", models.CharField(blank=True, max_length=60, verbose_name="值守")),
                ("is_active", models.BooleanField(default=True, verbose_name="公布")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="field_desks",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
            ],
            options={
                "verbose_name": "移动办公桌",
                "verbose_name_plural": "移动办公桌",
                "ordering": ["community", "weekday", "starts_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="desk_closes_after_it_opens",
                        violation_error_message="结束时间要晚于开始时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 6)),
                        name="desk_weekday_is_known",
                        violation_error_message="请选择周几。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=checklists.models.needs.new_code,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="事件编号",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("reported", "待受理"),
                            ("accepted", "待派遣"),
                            ("returned", "不予受理"),
                            ("assigned", "处置中"),
                            ("handled", "待核查"),
                            ("closed", "已结案"),
                            ("suspended", "已挂起"),
                            ("escalated", "已上报"),
                            ("merged", "已合并"),
                        ],
                        default="reported",
                        editable=False,
                        max_length=20,
                        verbose_name="状态",
                    ),
                ),
                ("text", models.TextField(max_length=1000, verbose_name="情况")),
                (
                    "place",
                    models.CharField(
                        blank=True, help_text="如：3栋2单元门口。", max_length=120, verbose_name="位置说明"
                    ),
                ),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="经度")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="纬度")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("patrol", "网格巡查"),
                            ("visit", "入户走访"),
                            ("red_vest", "周二红马甲"),
                            ("resident", "居民反映"),
                            ("hotline", "12345转办"),
                            ("superior", "上级交办"),
                        ],
                        default="patrol",
                        max_length=20,
                        verbose_name="来源",
                    ),
                ),
                (
                    "client_key",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="手机上的编号"),
                ),
                ("noticed_at", models.DateTimeField(verbose_name="发现时间")),
                ("reported_at", models.DateTimeField(editable=False, verbose_name="上报时间")),
                ("is_solved_on_spot", models.BooleanField(default=False, editable=False, verbose_name="当场解决")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "社区"), (2, "街道"), (3, "区级")],
                        default=1,
                        editable=False,
                        verbose_name="处置层级",
                    ),
                ),
                ("department", models.CharField(blank=True, editable=False, max_length=60, verbose_name="处置部门")),
                ("accept_by", models.DateTimeField(editable=False, verbose_name="受理期限")),
                ("handle_by", models.DateTimeField(editable=False, null=True, verbose_name="处置期限")),
                ("check_by", models.DateTimeField(editable=False, null=True, verbose_name="核查期限")),
                ("accepted_at", models.DateTimeField(editable=False, null=True, verbose_name="受理时间")),
                ("assigned_at", models.DateTimeField(editable=False, null=True, verbose_name="派遣时间")),
                ("handled_at", models.DateTimeField(editable=False, null=True, verbose_name="处置完成时间")),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="结案时间")),
                ("suspended_at", models.DateTimeField(editable=False, null=True, verbose_name="挂起时间")),
                ("suspended_until", models.DateField(editable=False, null=True, verbose_name="挂起至")),
                ("reminded_at", models.DateTimeField(editable=False, null=True, verbose_name="提醒时间")),
                ("rework_count", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="返工次数")),
                ("result", models.TextField(blank=True, editable=False, max_length=1000, verbose_name="处置结果")),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="grids.building",
                        verbose_name="楼栋",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
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
                        related_name="incidents",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="handled_incidents",
                        to="grids.duty",
                        verbose_name="处置人",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_incidents",
                        to="patrols.incident",
                        verbose_name="并入",
                    ),
                ),
                (
                    "receiver",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="received_incidents",
                        to="grids.duty",
                        verbose_name="首接人",
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上报人",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        limit_choices_to={"parent__isnull": False},
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incidents",
                        to="patrols.matter",
                        verbose_name="事项类别",
                    ),
                ),
            ],
            options={
                "verbose_name": "巡查事件",
                "verbose_name_plural": "巡查事件",
                "ordering": ["-reported_at", "-pk"],
                "permissions": [
                    ("dispatch_incident", "受理、派遣和核查事件"),
                    ("direct_incident", "处置上报到街道的事件"),
                    ("direct_district_incident", "处置上报到区的事件"),
                ],
                "indexes": [
                    models.Index(
                        models.F("community"),
                        models.OrderBy(models.F("reported_at"), descending=True),
                        models.OrderBy(models.F("id"), descending=True),
                        name="incident_of_community_by_day",
                    ),
                    models.Index(fields=["community", "status", "handle_by"], name="incident_queue_of_community"),
                    models.Index(fields=["grid", "status", "handle_by"], name="incident_queue_of_grid"),
                    models.Index(fields=["status", "handle_by"], name="incident_queue"),
                    models.Index(fields=["reporter", "reported_at"], name="incident_of_reporter"),
                    models.Index(fields=["reported_at"], name="incident_by_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "reported",
                                    "accepted",
                                    "returned",
                                    "assigned",
                                    "handled",
                                    "closed",
                                    "suspended",
                                    "escalated",
                                    "merged",
                                ],
                            )
                        ),
                        name="incident_status_is_known",
                        violation_error_message="未知的事件状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("status", "merged")),
                            models.Q(("status", "merged"), _negated=True),
                            _connector="OR",
                        ),
                        name="incident_is_merged_into_another",
                        violation_error_message="合并的事件要有并入的对象。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "assigned"), _negated=True),
                            ("handle_by__isnull", False),
                            _connector="OR",
                        ),
                        name="incident_assigned_has_a_deadline",
                        violation_error_message="派遣时要有处置期限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "closed"), _negated=True), ("closed_at__isnull", False), _connector="OR"
                        ),
                        name="incident_closed_says_when",
                        violation_error_message="结案要有时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("reported", "待受理"),
                            ("accepted", "待派遣"),
                            ("returned", "不予受理"),
                            ("assigned", "处置中"),
                            ("handled", "待核查"),
                            ("closed", "已结案"),
                            ("suspended", "已挂起"),
                            ("escalated", "已上报"),
                            ("merged", "已合并"),
                        ],
                        max_length=20,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("reported", "待受理"),
                            ("accepted", "待派遣"),
                            ("returned", "不予受理"),
                            ("assigned", "处置中"),
                            ("handled", "待核查"),
                            ("closed", "已结案"),
                            ("suspended", "已挂起"),
                            ("escalated", "已上报"),
                            ("merged", "已合并"),
                        ],
                        max_length=20,
                        verbose_name="新状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="incident_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="patrols.incident",
                        verbose_name="事件",
                    ),
                ),
            ],
            options={
                "verbose_name": "处置记录",
                "verbose_name_plural": "处置记录",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="IncidentPhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "stage",
                    models.CharField(
                        choices=[("reported", "上报"), ("handled", "处置后")],
                        default="reported",
                        max_length=20,
                        verbose_name="阶段",
                    ),
                ),
                (
                    "image",
                    models.ImageField(upload_to=patrols.models.incidents.incident_photo_path, verbose_name="照片"),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="patrols.incident",
                        verbose_name="事件",
                    ),
                ),
            ],
            options={
                "verbose_name": "事件照片",
                "verbose_name_plural": "事件照片",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="intakes",
                        to="patrols.fielddesk",
                        verbose_name="移动办公桌",
                    ),
                ),
                (
                    "need",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="intake",
                        to="checklists.need",
                        verbose_name="需求",
                    ),
                ),
            ],
            options={
                "verbose_name": "办公桌收件",
                "verbose_name_plural": "办公桌收件",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["desk", "at"], name="intake_of_desk")],
            },
        ),
        migrations.CreateModel(
            name="CheckItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=60, verbose_name="检查什么")),
                (
                    "every_days",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="天",
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="几天一次",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        help_text="不选就是全部社区。",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="check_items",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="check_items",
                        to="patrols.matter",
                        verbose_name="发现问题时的类别",
                    ),
                ),
            ],
            options={
                "verbose_name": "巡查检查项",
                "verbose_name_plural": "巡查检查项",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "topic",
                    models.CharField(
                        choices=[
                            ("property", "物业管理"),
                            ("environment", "环境卫生"),
                            ("parking", "停车充电"),
                            ("safety", "安全隐患"),
                            ("elders", "养老助残"),
                            ("children", "托幼教育"),
                            ("neighbours", "邻里矛盾"),
                            ("policy", "政策咨询"),
                            ("culture", "文体活动"),
                            ("other", "其他"),
                        ],
                        default="other",
                        max_length=20,
                        verbose_name="主题",
                    ),
                ),
                ("text", models.TextField(max_length=500, verbose_name="群众说了什么")),
                ("heard_at", models.DateTimeField(verbose_name="听到的时间")),
                (
                    "client_key",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="手机上的编号"),
                ),
                (
                    "saved_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="登记时间"),
                ),
                ("suggested_at", models.DateTimeField(editable=False, null=True, verbose_name="建议列为议题")),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="grids.building",
                        verbose_name="楼栋",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
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
                        related_name="notes",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notes",
                        to="patrols.carehousehold",
                        verbose_name="转成走访",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="notes",
                        to="checklists.need",
                        verbose_name="转成的需求",
                    ),
                ),
            ],
            options={
                "verbose_name": "民情日记",
                "verbose_name_plural": "民情日记",
                "ordering": ["-heard_at", "-pk"],
                "indexes": [
                    models.Index(fields=["community", "heard_at"], name="note_of_community"),
                    models.Index(fields=["author", "heard_at"], name="note_of_author"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("walked_at", models.DateTimeField(verbose_name="巡查时间")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "client_key",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="手机上的编号"),
                ),
                (
                    "saved_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="登记时间"),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="grids.grid",
                        verbose_name="网格",
                    ),
                ),
                (
                    "walker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="巡查人",
                    ),
                ),
            ],
            options={
                "verbose_name": "巡查记录",
                "verbose_name_plural": "巡查记录",
                "ordering": ["-walked_at", "-pk"],
                "indexes": [models.Index(fields=["grid", "walked_at"], name="round_of_grid")],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("is_fine", models.BooleanField(default=True, verbose_name="正常")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checks",
                        to="patrols.checkitem",
                        verbose_name="检查项",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="checks",
                        to="patrols.incident",
                        verbose_name="上报的事件",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checks",
                        to="patrols.round",
                        verbose_name="巡查",
                    ),
                ),
            ],
            options={
                "verbose_name": "检查结果",
                "verbose_name_plural": "检查结果",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("round", "item"),
                        name="check_item_once_a_round",
                        violation_error_message="这一项已经检查过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(editable=False, verbose_name="日期")),
                ("number", models.PositiveSmallIntegerField(editable=False, verbose_name="号码")),
                ("errand", models.CharField(blank=True, max_length=60, verbose_name="办什么事")),
                (
                    "status",
                    models.CharField(
                        choices=[("waiting", "等候"), ("called", "已叫号"), ("served", "已办理"), ("left", "已过号")],
                        default="waiting",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "taken_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="取号时间"),
                ),
                ("called_at", models.DateTimeField(editable=False, null=True, verbose_name="叫号时间")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="办结时间")),
                (
                    "clerk",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办理人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="tickets",
                        to="checklists.need",
                        verbose_name="登记的需求",
                    ),
                ),
            ],
            options={
                "verbose_name": "小事办排号",
                "verbose_name_plural": "小事办排号",
                "ordering": ["-day", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("community", "day", "number"),
                        name="ticket_number_once_a_day",
                        violation_error_message="这个号已经发出。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["waiting", "called", "served", "left"])),
                        name="ticket_status_is_known",
                        violation_error_message="未知的排号状态。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("visited_at", models.DateTimeField(verbose_name="走访时间")),
                (
                    "way",
                    models.CharField(
                        choices=[("door", "上门"), ("phone", "电话")],
                        default="door",
                        max_length=10,
                        verbose_name="方式",
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("well", "情况正常"),
                            ("absent", "没有见到人"),
                            ("watch", "需要关注"),
                            ("urgent", "需要马上帮助"),
                        ],
                        default="well",
                        max_length=10,
                        verbose_name="情况",
                    ),
                ),
                ("note", govern.fields.EncryptedTextField(blank=True, max_length=500, verbose_name="记录")),
                (
                    "client_key",
                    models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name="手机上的编号"),
                ),
                (
                    "saved_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="登记时间"),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visits",
                        to="patrols.carehousehold",
                        verbose_name="走访户",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="visits",
                        to="checklists.need",
                        verbose_name="代提的需求",
                    ),
                ),
                (
                    "visitor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="走访人",
                    ),
                ),
            ],
            options={
                "verbose_name": "走访记录",
                "verbose_name_plural": "走访记录",
                "ordering": ["-visited_at", "-pk"],
                "indexes": [models.Index(fields=["visitor", "visited_at"], name="visit_of_visitor")],
            },
        ),
        migrations.CreateModel(
            name="Whistle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "社区"), (2, "街道"), (3, "区级")], verbose_name="吹哨到"
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("salient", "本级解决不了的难题"),
                            ("enforcement", "综合执法"),
                            ("emergency", "应急处置"),
                        ],
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                ("note", models.CharField(max_length=300, verbose_name="要部门做什么")),
                ("called_at", models.DateTimeField(verbose_name="吹哨时间")),
                ("report_by", models.DateTimeField(verbose_name="报到期限")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="解除时间")),
                ("outcome", models.CharField(blank=True, max_length=300, verbose_name="处置情况")),
                (
                    "called_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="whistles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="吹哨人",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ended_whistles",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="解除人",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="whistles",
                        to="patrols.incident",
                        verbose_name="事件",
                    ),
                ),
            ],
            options={
                "verbose_name": "吹哨",
                "verbose_name_plural": "吹哨报到",
                "ordering": ["-called_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("incident",),
                        name="whistle_one_open_per_incident",
                        violation_error_message="这件事正在吹哨，请先解除。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Arrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("department", models.CharField(max_length=60, verbose_name="部门")),
                ("arrived_at", models.DateTimeField(null=True, verbose_name="报到时间")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entered_arrivals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "whistle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="arrivals",
                        to="patrols.whistle",
                        verbose_name="吹哨",
                    ),
                ),
            ],
            options={
                "verbose_name": "部门报到",
                "verbose_name_plural": "部门报到",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("whistle", "department"),
                        name="arrival_department_is_called_once",
                        violation_error_message="这个部门已在名单里。",
                    )
                ],
            },
        ),
    ]
