import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import accounts.models
import deliberations.models.accords
import deliberations.models.dossiers
import deliberations.models.guestbook
import deliberations.models.hearings
import deliberations.models.wall
import deliberations.sealing
import govern.codes
import govern.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0004_phone_code_purposes"),
        ("checklists", "0019_claims"),
        ("grids", "0013_household_days"),
        ("organizations", "0021_residents_voice"),
        ("patrols", "0005_ship_channels"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageTopic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        error_messages={"unique": "已有同名主题。"}, max_length=20, unique=True, verbose_name="名称"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="排序")),
                ("is_active", models.BooleanField(default=True, verbose_name="在用")),
            ],
            options={
                "verbose_name": "留言主题",
                "verbose_name_plural": "留言主题",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="WatchedWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "word",
                    models.CharField(
                        error_messages={"unique": "已有这个词。"}, max_length=20, unique=True, verbose_name="词"
                    ),
                ),
                (
                    "effect",
                    models.CharField(
                        choices=[("hold", "先审后发"), ("refuse", "不收")],
                        default="hold",
                        max_length=10,
                        verbose_name="遇到时",
                    ),
                ),
            ],
            options={
                "verbose_name": "敏感词",
                "verbose_name_plural": "敏感词",
                "ordering": ["word"],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=govern.codes.new_code,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="查询编号",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="年份")),
                ("number", models.PositiveIntegerField(editable=False, null=True, verbose_name="案号")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("neighbours", "邻里"),
                            ("family", "婚姻家庭"),
                            ("property", "物业"),
                            ("housing", "房屋宅基地"),
                            ("damages", "损害赔偿"),
                            ("contract", "合同"),
                            ("labour", "劳动"),
                            ("consumer", "消费"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="纠纷类型",
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("application", "当事人申请"),
                            ("initiative", "主动调解"),
                            ("grid", "网格移送"),
                            ("court", "法院移送"),
                            ("police", "公安移送"),
                            ("message", "留言转来"),
                        ],
                        default="application",
                        max_length=12,
                        verbose_name="来源",
                    ),
                ),
                ("referred_by", models.CharField(blank=True, max_length=60, verbose_name="移送单位")),
                ("facts", govern.fields.EncryptedTextField(max_length=2000, verbose_name="纠纷情况")),
                ("demand", govern.fields.EncryptedTextField(blank=True, max_length=500, verbose_name="请求")),
                (
                    "has_risk",
                    models.BooleanField(
                        default=False, help_text="有可能引起治安或刑事案件的，立即报告。", verbose_name="可能激化"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("applied", "待受理"),
                            ("accepted", "已受理"),
                            ("mediating", "调解中"),
                            ("agreed", "达成协议"),
                            ("refused", "当事人不同意调解"),
                            ("failed", "调解不成"),
                            ("ended", "已终止"),
                            ("performed", "已履行"),
                            ("breached", "未履行"),
                            ("archived", "已归档"),
                        ],
                        default="applied",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "is_open",
                    models.BooleanField(default=False, help_text="双方都同意才公开。", verbose_name="公开调解"),
                ),
                (
                    "applied_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="申请时间"),
                ),
                ("accept_by", models.DateField(editable=False, null=True, verbose_name="受理期限")),
                ("accepted_at", models.DateTimeField(editable=False, null=True, verbose_name="受理时间")),
                ("due_on", models.DateField(editable=False, null=True, verbose_name="调解期限")),
                (
                    "extended_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="延期说明"),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="结束时间")),
                ("ending", models.CharField(blank=True, editable=False, max_length=200, verbose_name="结束原因")),
                ("archived_at", models.DateTimeField(editable=False, null=True, verbose_name="归档时间")),
                ("kept_until", models.DateField(editable=False, null=True, verbose_name="保存至")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="cases",
                        to="patrols.incident",
                        verbose_name="移送的网格事件",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="accounts.privacynotice",
                        verbose_name="申请人同意的隐私告知书",
                    ),
                ),
            ],
            options={
                "verbose_name": "调解案件",
                "verbose_name_plural": "矛盾调解",
                "ordering": ["-applied_at", "-pk"],
                "permissions": [("assign_case", "指定谁办理调解案件")],
                "indexes": [models.Index(fields=["community", "status", "due_on"], name="case_queue_of_community")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("community", "year", "number"),
                        name="case_number_once_a_year",
                        violation_error_message="这个案号已经用过。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "applied",
                                    "accepted",
                                    "mediating",
                                    "agreed",
                                    "refused",
                                    "failed",
                                    "ended",
                                    "performed",
                                    "breached",
                                    "archived",
                                ],
                            )
                        ),
                        name="case_status_is_known",
                        violation_error_message="未知的案件状态。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Accord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.CharField(
                        choices=[("written", "书面协议"), ("oral", "口头协议")],
                        default="written",
                        max_length=10,
                        verbose_name="形式",
                    ),
                ),
                ("facts", govern.fields.EncryptedTextField(max_length=1000, verbose_name="主要事实和争议")),
                ("terms", govern.fields.EncryptedTextField(max_length=1500, verbose_name="协议内容")),
                ("manner", govern.fields.EncryptedTextField(max_length=300, verbose_name="履行方式")),
                ("perform_by", models.DateField(verbose_name="履行期限")),
                (
                    "drafted_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="拟定时间"),
                ),
                ("effective_at", models.DateTimeField(editable=False, null=True, verbose_name="生效时间")),
                ("confirm_by", models.DateField(editable=False, null=True, verbose_name="司法确认截止")),
                (
                    "confirm_applied_on",
                    models.DateField(editable=False, null=True, verbose_name="共同申请司法确认的日期"),
                ),
                (
                    "parties_reminded_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="短信提醒当事人的时间"),
                ),
                ("confirmed_on", models.DateField(editable=False, null=True, verbose_name="司法确认日期")),
                ("court", models.CharField(blank=True, editable=False, max_length=60, verbose_name="确认法院")),
                ("court_number", models.CharField(blank=True, editable=False, max_length=60, verbose_name="裁定文号")),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accord",
                        to="deliberations.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "调解协议",
                "verbose_name_plural": "调解协议",
                "ordering": ["-drafted_at"],
            },
        ),
        migrations.CreateModel(
            name="CaseEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("applied", "待受理"),
                            ("accepted", "已受理"),
                            ("mediating", "调解中"),
                            ("agreed", "达成协议"),
                            ("refused", "当事人不同意调解"),
                            ("failed", "调解不成"),
                            ("ended", "已终止"),
                            ("performed", "已履行"),
                            ("breached", "未履行"),
                            ("archived", "已归档"),
                        ],
                        max_length=10,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("applied", "待受理"),
                            ("accepted", "已受理"),
                            ("mediating", "调解中"),
                            ("agreed", "达成协议"),
                            ("refused", "当事人不同意调解"),
                            ("failed", "调解不成"),
                            ("ended", "已终止"),
                            ("performed", "已履行"),
                            ("breached", "未履行"),
                            ("archived", "已归档"),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="deliberations.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "办案经过",
                "verbose_name_plural": "办案经过",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseOpening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=40, verbose_name="看了什么")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="deliberations.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_openings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "查阅记录",
                "verbose_name_plural": "查阅记录",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="CasePaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("application", "申请书"),
                            ("rights", "权利义务告知书"),
                            ("identity", "身份证明"),
                            ("proxy", "委托书"),
                            ("inquiry", "调查记录"),
                            ("evidence", "证据"),
                            ("accord", "调解协议书"),
                            ("performance", "履行凭证"),
                            ("confirmation", "司法确认材料"),
                            ("other", "其他"),
                        ],
                        max_length=14,
                        verbose_name="种类",
                    ),
                ),
                (
                    "file",
                    models.FileField(
                        storage=deliberations.sealing.sealed_storage,
                        upload_to=deliberations.models.dossiers.case_file_path,
                        verbose_name="文件",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=100, verbose_name="说明")),
                (
                    "added_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="上传时间"),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_papers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="deliberations.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "卷宗材料",
                "verbose_name_plural": "卷宗材料",
                "ordering": ["kind", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("applicant", "申请人"), ("respondent", "被申请人")],
                        max_length=12,
                        verbose_name="哪一方",
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
                ("phone_index", govern.fields.BlindIndexField(null=True, source="phone")),
                (
                    "identity_number",
                    govern.fields.EncryptedTextField(
                        blank=True, mask=govern.fields.mask_identity, max_length=18, verbose_name="身份证号"
                    ),
                ),
                ("address", govern.fields.EncryptedTextField(blank=True, max_length=120, verbose_name="住址")),
                (
                    "agent",
                    govern.fields.EncryptedTextField(
                        blank=True, mask=govern.fields.mask_name, max_length=40, verbose_name="代理人"
                    ),
                ),
                ("agreed_at", models.DateTimeField(editable=False, null=True, verbose_name="同意调解")),
                ("refused_at", models.DateTimeField(editable=False, null=True, verbose_name="不同意调解")),
                ("wants_open", models.BooleanField(default=False, verbose_name="同意公开")),
                ("agrees_to_extend", models.BooleanField(default=False, verbose_name="同意延期")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parties",
                        to="deliberations.case",
                        verbose_name="案件",
                    ),
                ),
            ],
            options={
                "verbose_name": "当事人",
                "verbose_name_plural": "当事人",
                "ordering": ["case", "side", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseReader",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("named_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="指定时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="取消时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readers",
                        to="deliberations.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "named_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="named_case_readers",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="指定人",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="read_cases",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁",
                    ),
                ),
            ],
            options={
                "verbose_name": "可查阅的人",
                "verbose_name_plural": "可查阅的人",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("case", "user"),
                        name="case_is_opened_to_each_once",
                        violation_error_message="这个人已经可以查阅本案。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseSession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("held_at", models.DateTimeField(verbose_name="时间")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("present", govern.fields.EncryptedTextField(max_length=200, verbose_name="到场人员")),
                ("record", govern.fields.EncryptedTextField(max_length=3000, verbose_name="调解记录")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to="deliberations.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="case_sessions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="记录人",
                    ),
                ),
            ],
            options={
                "verbose_name": "调解记录",
                "verbose_name_plural": "调解记录",
                "ordering": ["held_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="该回访的日期")),
                ("visited_on", models.DateField(editable=False, null=True, verbose_name="回访日期")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("performed", "已履行"), ("partly", "部分履行"), ("breached", "没有履行")],
                        editable=False,
                        max_length=10,
                        verbose_name="履行情况",
                    ),
                ),
                ("words", models.CharField(blank=True, editable=False, max_length=200, verbose_name="说明")),
                (
                    "accord",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follow_ups",
                        to="deliberations.accord",
                        verbose_name="协议",
                    ),
                ),
                (
                    "visited_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="回访人",
                    ),
                ),
            ],
            options={
                "verbose_name": "回访",
                "verbose_name_plural": "回访",
                "ordering": ["due_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Issue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=govern.codes.new_code,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="查询编号",
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="议题")),
                ("text", models.TextField(max_length=1000, verbose_name="情况和想法")),
                (
                    "raised_by",
                    models.CharField(
                        choices=[
                            ("resident", "居民"),
                            ("grid", "网格"),
                            ("party", "党组织"),
                            ("unit", "驻区单位"),
                            ("committee", "居委会"),
                        ],
                        default="resident",
                        max_length=12,
                        verbose_name="谁提的",
                    ),
                ),
                (
                    "name",
                    govern.fields.EncryptedTextField(
                        blank=True, mask=govern.fields.mask_name, max_length=40, verbose_name="姓名"
                    ),
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
                ("phone_index", govern.fields.BlindIndexField(db_index=True, null=True, source="phone")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "小区"), (2, "社区"), (3, "街道")], default=2, verbose_name="层级"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("raised", "待筛选"),
                            ("listed", "已列入"),
                            ("declined", "未列入"),
                            ("merged", "已合并"),
                            ("scheduled", "已排会"),
                            ("settled", "已形成结果"),
                            ("unsettled", "未达成一致"),
                        ],
                        default="raised",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, editable=False, max_length=200, verbose_name="筛选意见")),
                (
                    "raised_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="提出时间"),
                ),
                ("screen_by", models.DateField(editable=False, null=True, verbose_name="筛选期限")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_issues",
                        to="deliberations.issue",
                        verbose_name="并入",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="accounts.privacynotice",
                        verbose_name="同意的隐私告知书",
                    ),
                ),
                (
                    "quarter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issues",
                        to="grids.quarter",
                        verbose_name="小区",
                    ),
                ),
            ],
            options={
                "verbose_name": "议题",
                "verbose_name_plural": "议题",
                "ordering": ["-raised_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["raised", "listed", "declined", "merged", "scheduled", "settled", "unsettled"],
                            )
                        ),
                        name="issue_status_is_known",
                        violation_error_message="未知的议题状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("merged_into__isnull", False), ("status", "merged")),
                            models.Q(models.Q(("status", "merged"), _negated=True), ("merged_into", None)),
                            _connector="OR",
                        ),
                        name="issue_merged_names_its_target",
                        violation_error_message="合并的议题要写明并入哪一个。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hearing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=govern.codes.new_code, editable=False, max_length=8, unique=True, verbose_name="编号"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("hearing", "听证会"), ("coordination", "协调会"), ("review", "评议会")],
                        max_length=14,
                        verbose_name="会议",
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("background", models.TextField(max_length=2000, verbose_name="背景和方案")),
                ("starts_at", models.DateTimeField(verbose_name="时间")),
                ("place", models.CharField(max_length=80, verbose_name="地点")),
                ("host", models.CharField(max_length=40, verbose_name="主持人")),
                ("recorder", models.CharField(max_length=40, verbose_name="记录人")),
                (
                    "open_seats",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="居民可以报名的名额。", verbose_name="公开席位"
                    ),
                ),
                (
                    "quorum_percent",
                    models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="法定到会比例"),
                ),
                ("pass_percent", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="通过比例")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drafted", "筹备中"),
                            ("announced", "已公告"),
                            ("opened", "开会中"),
                            ("postponed", "人数不够，延期"),
                            ("closed", "已结束"),
                            ("published", "结果已公开"),
                            ("cancelled", "已取消"),
                        ],
                        default="drafted",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("announced_at", models.DateTimeField(editable=False, null=True, verbose_name="公告时间")),
                ("opened_at", models.DateTimeField(editable=False, null=True, verbose_name="开会时间")),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="散会时间")),
                ("minutes", models.TextField(blank=True, editable=False, max_length=3000, verbose_name="会议纪要")),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="公开时间")),
                (
                    "cancelled_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="取消原因"),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearings",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "issues",
                    models.ManyToManyField(
                        blank=True, related_name="hearings", to="deliberations.issue", verbose_name="议题"
                    ),
                ),
            ],
            options={
                "verbose_name": "三会",
                "verbose_name_plural": "三会",
                "ordering": ["-starts_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                ["drafted", "announced", "opened", "postponed", "closed", "published", "cancelled"],
                            )
                        ),
                        name="hearing_status_is_known",
                        violation_error_message="未知的会议状态。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendee",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("resident", "居民代表"),
                            ("affected", "利害关系人"),
                            ("party", "党组织"),
                            ("unit", "单位代表"),
                            ("expert", "专业人士"),
                            ("observer", "旁听"),
                        ],
                        default="resident",
                        max_length=12,
                        verbose_name="身份",
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
                ("phone_index", govern.fields.BlindIndexField(source="phone")),
                ("is_entitled", models.BooleanField(default=True, verbose_name="有表决权")),
                ("is_open_seat", models.BooleanField(default=False, editable=False, verbose_name="自己报名")),
                ("invited_at", models.DateTimeField(editable=False, null=True, verbose_name="通知时间")),
                ("signed_in_at", models.DateTimeField(editable=False, null=True, verbose_name="签到时间")),
                (
                    "signed_in_by",
                    models.CharField(
                        blank=True,
                        choices=[("qr", "扫码"), ("door", "门口登记")],
                        editable=False,
                        max_length=6,
                        verbose_name="签到方式",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="attendances",
                        to="organizations.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "hearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attendees",
                        to="deliberations.hearing",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "参会人",
                "verbose_name_plural": "参会人",
                "ordering": ["hearing", "role", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("hearing", "phone_index"),
                        name="attendee_once_per_hearing",
                        violation_error_message="这个手机号已在名单里。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AgendaItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("title", models.CharField(max_length=60, verbose_name="议程")),
                ("minutes", models.PositiveSmallIntegerField(default=10, verbose_name="分钟")),
                ("started_at", models.DateTimeField(editable=False, null=True, verbose_name="开始")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="结束")),
                (
                    "hearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="agenda",
                        to="deliberations.hearing",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "议程",
                "verbose_name_plural": "议程",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HearingEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("drafted", "筹备中"),
                            ("announced", "已公告"),
                            ("opened", "开会中"),
                            ("postponed", "人数不够，延期"),
                            ("closed", "已结束"),
                            ("published", "结果已公开"),
                            ("cancelled", "已取消"),
                        ],
                        max_length=10,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("drafted", "筹备中"),
                            ("announced", "已公告"),
                            ("opened", "开会中"),
                            ("postponed", "人数不够，延期"),
                            ("closed", "已结束"),
                            ("published", "结果已公开"),
                            ("cancelled", "已取消"),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hearing_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "hearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="deliberations.hearing",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议经过",
                "verbose_name_plural": "会议经过",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="HearingPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "file",
                    models.FileField(upload_to=deliberations.models.hearings.hearing_paper_path, verbose_name="文件"),
                ),
                ("is_public", models.BooleanField(default=True, verbose_name="公开")),
                (
                    "added_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="上传时间"),
                ),
                (
                    "hearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="deliberations.hearing",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "会议材料",
                "verbose_name_plural": "会议材料",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="IssueEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("raised", "待筛选"),
                            ("listed", "已列入"),
                            ("declined", "未列入"),
                            ("merged", "已合并"),
                            ("scheduled", "已排会"),
                            ("settled", "已形成结果"),
                            ("unsettled", "未达成一致"),
                        ],
                        max_length=10,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("raised", "待筛选"),
                            ("listed", "已列入"),
                            ("declined", "未列入"),
                            ("merged", "已合并"),
                            ("scheduled", "已排会"),
                            ("settled", "已形成结果"),
                            ("unsettled", "未达成一致"),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issue_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="deliberations.issue",
                        verbose_name="议题",
                    ),
                ),
            ],
            options={
                "verbose_name": "议题经过",
                "verbose_name_plural": "议题经过",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Mediator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="姓名")),
                ("is_woman", models.BooleanField(default=False, help_text="调委会应当有妇女成员。", verbose_name="女")),
                ("is_head", models.BooleanField(default=False, verbose_name="主任")),
                (
                    "speciality",
                    models.CharField(
                        blank=True, help_text="如：邻里、婚姻家庭、物业。", max_length=60, verbose_name="擅长"
                    ),
                ),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="任期起")),
                ("ends_on", models.DateField(verbose_name="任期止")),
                ("left_on", models.DateField(blank=True, editable=False, null=True, verbose_name="提前离任")),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mediators",
                        to="organizations.organization",
                        verbose_name="调解委员会",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="mediator_terms",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "调解员",
                "verbose_name_plural": "调解员",
                "ordering": ["organization", "-is_head", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                        name="mediator_term_ends_after_it_starts",
                        violation_error_message="任期止要晚于任期起。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseMediator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "chosen_by",
                    models.CharField(
                        choices=[
                            ("committee", "调委会指定"),
                            ("applicant", "申请人选择"),
                            ("respondent", "被申请人选择"),
                        ],
                        default="committee",
                        max_length=12,
                        verbose_name="怎么来的",
                    ),
                ),
                ("is_lead", models.BooleanField(default=False, verbose_name="主持")),
                ("recused_at", models.DateTimeField(editable=False, null=True, verbose_name="回避时间")),
                (
                    "recused_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="回避原因"),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mediators",
                        to="deliberations.case",
                        verbose_name="案件",
                    ),
                ),
                (
                    "mediator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="deliberations.mediator",
                        verbose_name="调解员",
                    ),
                ),
            ],
            options={
                "verbose_name": "承办调解员",
                "verbose_name_plural": "承办调解员",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("recused_at", None)),
                        fields=("case", "mediator"),
                        name="mediator_once_per_case",
                        violation_error_message="这位调解员已在本案。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=govern.codes.new_code,
                        editable=False,
                        max_length=8,
                        unique=True,
                        verbose_name="查询编号",
                    ),
                ),
                ("text", models.TextField(max_length=500, verbose_name="留言")),
                ("shown_text", models.TextField(blank=True, editable=False, max_length=500, verbose_name="公开的文字")),
                (
                    "name",
                    govern.fields.EncryptedTextField(
                        mask=govern.fields.mask_name, max_length=40, verbose_name="怎么称呼"
                    ),
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
                ("phone_index", govern.fields.BlindIndexField(db_index=True, source="phone")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "待审核"),
                            ("published", "已公开"),
                            ("refused", "未公开"),
                            ("hidden", "已隐藏"),
                            ("withdrawn", "本人撤回"),
                        ],
                        default="pending",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "written_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="留言时间"),
                ),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="公开时间")),
                ("reply_by", models.DateTimeField(editable=False, null=True, verbose_name="答复期限")),
                (
                    "author",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="guestbook_messages",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="guestbook_messages",
                        to="deliberations.case",
                        verbose_name="转成的调解",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "issue",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="guestbook_messages",
                        to="deliberations.issue",
                        verbose_name="转成的议题",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="guestbook_messages",
                        to="checklists.need",
                        verbose_name="转成的需求",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guestbook_messages",
                        to="accounts.privacynotice",
                        verbose_name="同意的隐私告知书",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="messages",
                        to="deliberations.messagetopic",
                        verbose_name="主题",
                    ),
                ),
            ],
            options={
                "verbose_name": "留言",
                "verbose_name_plural": "留言簿",
                "ordering": ["-written_at", "-pk"],
                "indexes": [
                    models.Index(fields=["community", "status", "written_at"], name="message_of_community"),
                    models.Index(fields=["status", "reply_by"], name="message_to_answer"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["pending", "published", "refused", "hidden", "withdrawn"])),
                        name="message_status_is_known",
                        violation_error_message="未知的留言状态。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("privacy", "泄露他人信息"),
                            ("insult", "辱骂他人"),
                            ("false", "不实"),
                            ("advertising", "广告"),
                            ("other", "其他"),
                        ],
                        max_length=12,
                        verbose_name="原因",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=100, verbose_name="说明")),
                ("reader", models.CharField(editable=False, max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="时间")),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="处理时间")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="deliberations.message",
                        verbose_name="留言",
                    ),
                ),
            ],
            options={
                "verbose_name": "举报",
                "verbose_name_plural": "举报",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "reader"),
                        name="message_is_flagged_once_by_each",
                        violation_error_message="您已举报过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Block",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone_index", models.CharField(editable=False, max_length=64)),
                ("reason", models.CharField(max_length=100, verbose_name="原因")),
                (
                    "starts_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="开始"),
                ),
                ("ends_at", models.DateTimeField(verbose_name="到什么时候")),
                (
                    "actor",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blocks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blocks",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="blocks",
                        to="deliberations.message",
                        verbose_name="起因",
                    ),
                ),
            ],
            options={
                "verbose_name": "停止留言",
                "verbose_name_plural": "停止留言名单",
                "ordering": ["-starts_at", "-pk"],
                "indexes": [models.Index(fields=["phone_index", "ends_at"], name="block_of_phone")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gte", models.F("starts_at"))),
                        name="block_ends_after_its_start",
                        violation_error_message="结束不能早于开始。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MessagePhoto",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "image",
                    models.ImageField(upload_to=deliberations.models.guestbook.message_photo_path, verbose_name="照片"),
                ),
                ("hidden_areas", models.JSONField(default=list, editable=False, verbose_name="遮盖的地方")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="photos",
                        to="deliberations.message",
                        verbose_name="留言",
                    ),
                ),
            ],
            options={
                "verbose_name": "留言照片",
                "verbose_name_plural": "留言照片",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="MessageSupport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("phone_index", models.CharField(editable=False, max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="时间")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supports",
                        to="deliberations.message",
                        verbose_name="留言",
                    ),
                ),
            ],
            options={
                "verbose_name": "附议",
                "verbose_name_plural": "附议",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("message", "phone_index"),
                        name="message_is_supported_once_by_each",
                        violation_error_message="这个手机号已经附议过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ModerationAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("published", "公开"),
                            ("refused", "不公开"),
                            ("hidden", "隐藏"),
                            ("redacted", "遮盖"),
                            ("appealed", "申诉"),
                            ("upheld", "申诉成立"),
                            ("dismissed", "申诉不成立"),
                            ("flag_dismissed", "举报不成立"),
                            ("withdrawn", "本人撤回"),
                            ("blocked", "停止留言"),
                            ("unblocked", "解除停止留言"),
                        ],
                        max_length=16,
                        verbose_name="做了什么",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="原因")),
                ("text_before", models.TextField(blank=True, verbose_name="原来公开的文字")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="时间")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="moderation_acts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moderation_acts",
                        to="deliberations.message",
                        verbose_name="留言",
                    ),
                ),
            ],
            options={
                "verbose_name": "审核记录",
                "verbose_name_plural": "审核记录",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="意见")),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("adopted", "采纳"), ("partly", "部分采纳"), ("refused", "未采纳")],
                        max_length=10,
                        verbose_name="答复",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="理由")),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="答复时间")),
                (
                    "attendee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="opinions",
                        to="deliberations.attendee",
                        verbose_name="谁提的",
                    ),
                ),
                (
                    "hearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opinions",
                        to="deliberations.hearing",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "意见",
                "verbose_name_plural": "意见",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("answer", ""), models.Q(("reason", ""), _negated=True), _connector="OR"),
                        name="opinion_answered_says_why",
                        violation_error_message="请写明采纳或不采纳的理由。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=300, verbose_name="决议事项")),
                ("owner", models.CharField(max_length=60, verbose_name="谁来落实")),
                ("due_on", models.DateField(verbose_name="完成时限")),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "落实中"), ("done", "已落实"), ("dropped", "不再落实")],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("progress", models.CharField(blank=True, max_length=300, verbose_name="进展")),
                ("closed_on", models.DateField(editable=False, null=True, verbose_name="办结日期")),
                (
                    "hearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outcomes",
                        to="deliberations.hearing",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "决议事项",
                "verbose_name_plural": "决议事项",
                "ordering": ["due_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["open", "done", "dropped"])),
                        name="outcome_status_is_known",
                        violation_error_message="未知的落实状态。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutcomeEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[("open", "落实中"), ("done", "已落实"), ("dropped", "不再落实")],
                        max_length=10,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[("open", "落实中"), ("done", "已落实"), ("dropped", "不再落实")],
                        max_length=10,
                        verbose_name="新状态",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="说明")),
                ("at", models.DateTimeField(verbose_name="时间")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "outcome",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="deliberations.outcome",
                        verbose_name="决议事项",
                    ),
                ),
            ],
            options={
                "verbose_name": "落实经过",
                "verbose_name_plural": "落实经过",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Reply",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(max_length=500, verbose_name="答复")),
                (
                    "replied_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="答复时间"),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="deliberations.message",
                        verbose_name="留言",
                    ),
                ),
                (
                    "replied_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="guestbook_replies",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="答复人",
                    ),
                ),
            ],
            options={
                "verbose_name": "答复",
                "verbose_name_plural": "答复",
                "ordering": ["replied_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "image",
                    models.ImageField(
                        storage=deliberations.sealing.sealed_storage,
                        upload_to=deliberations.models.accords.signature_path,
                        verbose_name="签名",
                    ),
                ),
                ("is_scan", models.BooleanField(default=False, verbose_name="纸上签名")),
                (
                    "signed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="签名时间"),
                ),
                (
                    "accord",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signatures",
                        to="deliberations.accord",
                        verbose_name="协议",
                    ),
                ),
                (
                    "mediator",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="deliberations.mediator",
                        verbose_name="调解员",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to="deliberations.caseparty",
                        verbose_name="当事人",
                    ),
                ),
            ],
            options={
                "verbose_name": "签名",
                "verbose_name_plural": "签名",
                "ordering": ["signed_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mediator", None), ("party__isnull", False)),
                            models.Q(("mediator__isnull", False), ("party", None)),
                            _connector="OR",
                        ),
                        name="signature_is_of_one_person",
                        violation_error_message="签名属于一位当事人或一位调解员。",
                    ),
                    models.UniqueConstraint(
                        fields=("accord", "party"),
                        name="party_signs_once",
                        violation_error_message="这位当事人已经签过。",
                    ),
                    models.UniqueConstraint(
                        fields=("accord", "mediator"),
                        name="mediator_signs_once",
                        violation_error_message="这位调解员已经签过。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Speech",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "asked_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="报名发言"),
                ),
                ("started_at", models.DateTimeField(editable=False, null=True, verbose_name="开始")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="结束")),
                (
                    "attendee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="speeches",
                        to="deliberations.attendee",
                        verbose_name="谁",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="speeches",
                        to="deliberations.agendaitem",
                        verbose_name="议程",
                    ),
                ),
            ],
            options={
                "verbose_name": "发言",
                "verbose_name_plural": "发言",
                "ordering": ["asked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        default=govern.codes.new_code, editable=False, max_length=8, unique=True, verbose_name="编号"
                    ),
                ),
                ("title", models.CharField(max_length=60, verbose_name="名称")),
                ("about", models.CharField(blank=True, max_length=500, verbose_name="说明")),
                (
                    "subject",
                    models.CharField(
                        choices=[("work", "工作"), ("service", "服务"), ("officer", "干部"), ("unit", "成员单位")],
                        max_length=10,
                        verbose_name="评什么",
                    ),
                ),
                (
                    "subject_name",
                    models.CharField(
                        help_text="如：翡翠湾物业、供水、某某同志。", max_length=60, verbose_name="评议对象"
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[("open", "谁都可以填"), ("area", "凭码，本片居民"), ("meeting", "到会的人")],
                        default="open",
                        max_length=10,
                        verbose_name="谁来评",
                    ),
                ),
                ("is_anonymous", models.BooleanField(default=True, verbose_name="不记名")),
                ("speech", models.TextField(blank=True, max_length=3000, verbose_name="述职")),
                ("starts_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="开始")),
                ("ends_on", models.DateField(verbose_name="截止")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("drafted", "编辑中"),
                            ("open", "评议中"),
                            ("closed", "已截止"),
                            ("published", "结果已公开"),
                        ],
                        default="drafted",
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "issued_count",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="发了多少份纸质问卷。评议码另外自动计数。",
                        null=True,
                        verbose_name="纸质发出份数",
                    ),
                ),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="公开时间")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="grids.community",
                        verbose_name="社区",
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followed_by",
                        to="deliberations.survey",
                        verbose_name="上一次评议",
                    ),
                ),
                (
                    "hearing",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="deliberations.hearing",
                        verbose_name="评议会",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="发起人",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="organizations.unit",
                        verbose_name="成员单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "评议",
                "verbose_name_plural": "评议",
                "ordering": ["-starts_on", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["drafted", "open", "closed", "published"])),
                        name="survey_status_is_known",
                        violation_error_message="未知的评议状态。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="survey_ends_after_it_starts",
                        violation_error_message="截止不能早于开始。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswerer",
            fields=[
                ("mark", models.CharField(editable=False, max_length=64, primary_key=True, serialize=False)),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answerers",
                        to="deliberations.survey",
                        verbose_name="评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "已评记号",
                "verbose_name_plural": "已评记号",
            },
        ),
        migrations.CreateModel(
            name="SurveyEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_status",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("drafted", "编辑中"),
                            ("open", "评议中"),
                            ("closed", "已截止"),
                            ("published", "结果已公开"),
                        ],
                        max_length=10,
                        verbose_name="原状态",
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("drafted", "编辑中"),
                            ("open", "评议中"),
                            ("closed", "已截止"),
                            ("published", "结果已公开"),
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="survey_events",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="经办人",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="deliberations.survey",
                        verbose_name="评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "评议经过",
                "verbose_name_plural": "评议经过",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(
                        help_text="如：居民、成员单位、社区工作者。", max_length=20, verbose_name="评议人"
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="权重"
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="groups",
                        to="deliberations.survey",
                        verbose_name="评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "评议人分组",
                "verbose_name_plural": "评议人分组",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey", "name"),
                        name="survey_group_named_once",
                        violation_error_message="已有同名的组。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sheet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", govern.fields.EncryptedTextField(blank=True, max_length=40, verbose_name="姓名")),
                ("is_void", models.BooleanField(default=False, editable=False, verbose_name="无效")),
                ("void_reason", models.CharField(blank=True, editable=False, max_length=100, verbose_name="无效原因")),
                ("filled_on", models.DateField(editable=False, null=True, verbose_name="填写日期")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sheets",
                        to="deliberations.survey",
                        verbose_name="评议",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="deliberations.surveygroup",
                        verbose_name="分组",
                    ),
                ),
            ],
            options={
                "verbose_name": "答卷",
                "verbose_name_plural": "答卷",
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_void", False), models.Q(("void_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="sheet_void_says_why",
                        violation_error_message="请写明为什么无效。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("returned_count", models.PositiveIntegerField(verbose_name="收回份数")),
                ("void_count", models.PositiveIntegerField(default=0, verbose_name="其中无效")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paper_counts",
                        to="deliberations.survey",
                        verbose_name="评议",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="paper_counts",
                        to="deliberations.surveygroup",
                        verbose_name="分组",
                    ),
                ),
            ],
            options={
                "verbose_name": "纸质计票",
                "verbose_name_plural": "纸质计票",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("group__isnull", False)),
                        fields=("survey", "group"),
                        name="paper_counted_once_per_group",
                        violation_error_message="这一组已经录入。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("group", None)),
                        fields=("survey",),
                        name="paper_counted_once_without_groups",
                        violation_error_message="已经录入。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("void_count__lte", models.F("returned_count"))),
                        name="paper_void_is_part_of_returned",
                        violation_error_message="无效份数不能多于收回份数。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyInquiry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=200, verbose_name="提问")),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="答复")),
                ("is_public", models.BooleanField(default=False, verbose_name="公开")),
                (
                    "asked_on",
                    models.DateField(default=django.utils.timezone.localdate, editable=False, verbose_name="提问日期"),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inquiries",
                        to="deliberations.survey",
                        verbose_name="评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "述职提问",
                "verbose_name_plural": "述职提问",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("text", models.CharField(max_length=120, verbose_name="问题")),
                (
                    "kind",
                    models.CharField(
                        choices=[("single", "单选"), ("multiple", "多选"), ("scale", "打分"), ("text", "文字")],
                        max_length=10,
                        verbose_name="题型",
                    ),
                ),
                (
                    "aspect",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "不归入"),
                            ("known", "知晓度"),
                            ("taken_part", "参与度"),
                            ("satisfied", "满意度"),
                        ],
                        max_length=12,
                        verbose_name="归入",
                    ),
                ),
                (
                    "weight",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MaxValueValidator(100)], verbose_name="权重"
                    ),
                ),
                ("is_required", models.BooleanField(default=True, verbose_name="必答")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="deliberations.survey",
                        verbose_name="评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "问题",
                "verbose_name_plural": "问题",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="SurveyChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order", models.PositiveSmallIntegerField(verbose_name="次序")),
                ("text", models.CharField(max_length=40, verbose_name="选项")),
                (
                    "points",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="分值",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="choices",
                        to="deliberations.surveyquestion",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "选项",
                "verbose_name_plural": "选项",
                "ordering": ["order", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PaperTally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("count", models.PositiveIntegerField(verbose_name="份数")),
                ("points_sum", models.PositiveIntegerField(null=True, verbose_name="总分")),
                (
                    "paper",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="deliberations.papercount",
                        verbose_name="纸质计票",
                    ),
                ),
                (
                    "choice",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="deliberations.surveychoice",
                        verbose_name="选项",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tallies",
                        to="deliberations.surveyquestion",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "纸质得票",
                "verbose_name_plural": "纸质得票",
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "points",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(100)],
                        verbose_name="打分",
                    ),
                ),
                ("text", models.CharField(blank=True, max_length=300, verbose_name="文字")),
                ("is_public", models.BooleanField(default=False, editable=False, verbose_name="公开")),
                (
                    "sheet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="deliberations.sheet",
                        verbose_name="答卷",
                    ),
                ),
                (
                    "choice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="deliberations.surveychoice",
                        verbose_name="选项",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="deliberations.surveyquestion",
                        verbose_name="问题",
                    ),
                ),
            ],
            options={
                "verbose_name": "回答",
                "verbose_name_plural": "回答",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["question", "choice"], name="answers_of_question")],
            },
        ),
        migrations.CreateModel(
            name="SurveyTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("is_used", models.BooleanField(default=False, editable=False, verbose_name="已用")),
                (
                    "group",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="deliberations.surveygroup",
                        verbose_name="分组",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tickets",
                        to="deliberations.survey",
                        verbose_name="评议",
                    ),
                ),
            ],
            options={
                "verbose_name": "评议码",
                "verbose_name_plural": "评议码",
            },
        ),
        migrations.CreateModel(
            name="Vote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=200, verbose_name="表决事项")),
                (
                    "way",
                    models.CharField(
                        choices=[("hands", "举手表决"), ("ballot", "无记名投票")], max_length=10, verbose_name="方式"
                    ),
                ),
                ("entitled_count", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="应到")),
                ("present_count", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="实到")),
                ("opened_at", models.DateTimeField(editable=False, null=True, verbose_name="开始")),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="结束")),
                ("for_count", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="同意")),
                ("against_count", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="反对")),
                ("abstained_count", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="弃权")),
                ("void_count", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="无效")),
                ("teller", models.CharField(blank=True, max_length=40, verbose_name="计票人")),
                ("digest", models.CharField(blank=True, editable=False, max_length=64)),
                ("is_passed", models.BooleanField(editable=False, null=True, verbose_name="通过")),
                (
                    "hearing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="votes",
                        to="deliberations.hearing",
                        verbose_name="会议",
                    ),
                ),
            ],
            options={
                "verbose_name": "表决",
                "verbose_name_plural": "表决",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None),
                            (
                                "present_count__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("for_count"), "+", models.F("against_count")
                                        ),
                                        "+",
                                        models.F("abstained_count"),
                                    ),
                                    "+",
                                    models.F("void_count"),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="vote_counts_no_more_than_present",
                        violation_error_message="票数不能多于实到人数。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BallotCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("is_used", models.BooleanField(default=False, editable=False, verbose_name="已用")),
                (
                    "attendee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ballot_codes",
                        to="deliberations.attendee",
                        verbose_name="给了谁",
                    ),
                ),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="deliberations.vote",
                        verbose_name="表决",
                    ),
                ),
            ],
            options={
                "verbose_name": "选票码",
                "verbose_name_plural": "选票码",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("vote", "attendee"),
                        name="ballot_code_once_per_person",
                        violation_error_message="这个人已经领过选票。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "choice",
                    govern.fields.EncryptedTextField(
                        choices=[("for", "同意"), ("against", "反对"), ("abstain", "弃权"), ("void", "无效")],
                        max_length=10,
                        verbose_name="选择",
                    ),
                ),
                ("receipt_hash", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "vote",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ballots",
                        to="deliberations.vote",
                        verbose_name="表决",
                    ),
                ),
            ],
            options={
                "verbose_name": "选票",
                "verbose_name_plural": "选票",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Wish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "words",
                    models.CharField(
                        blank=True, help_text="不写姓名、电话和门牌。", max_length=120, verbose_name="墙上的话"
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="年份")),
                ("number", models.PositiveIntegerField(editable=False, null=True, verbose_name="编号")),
                (
                    "consent",
                    models.CharField(
                        choices=[
                            ("online", "本人在网上勾选"),
                            ("signed", "当面签字"),
                            ("phone", "电话里同意"),
                            ("spoken", "当面口头同意"),
                        ],
                        default="signed",
                        max_length=10,
                        verbose_name="怎么同意的",
                    ),
                ),
                (
                    "agreed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="同意上墙"),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="撤回同意")),
                ("verified_at", models.DateTimeField(editable=False, null=True, verbose_name="核实时间")),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="上墙时间")),
                ("taken_down_at", models.DateTimeField(editable=False, null=True, verbose_name="撤下时间")),
                (
                    "taken_down_reason",
                    models.CharField(blank=True, editable=False, max_length=100, verbose_name="撤下原因"),
                ),
                ("thanks", models.CharField(blank=True, max_length=200, verbose_name="感谢的话")),
                (
                    "photo",
                    models.ImageField(
                        blank=True, upload_to=deliberations.models.wall.wish_photo_path, verbose_name="公开的照片"
                    ),
                ),
                ("has_photo_consent", models.BooleanField(default=False, verbose_name="同意公开照片")),
                (
                    "need",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="wish",
                        to="checklists.need",
                        verbose_name="需求",
                    ),
                ),
                (
                    "numbered_in",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbered_wishes",
                        to="grids.community",
                        verbose_name="编号的社区",
                    ),
                ),
                (
                    "verified_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verified_wishes",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="核实人",
                    ),
                ),
            ],
            options={
                "verbose_name": "心愿",
                "verbose_name_plural": "心愿墙",
                "ordering": ["-published_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("numbered_in", "year", "number"),
                        name="wish_number_once_a_year",
                        violation_error_message="这个编号已经用过。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_at", None),
                            models.Q(
                                ("number__isnull", False),
                                ("numbered_in__isnull", False),
                                ("verified_at__isnull", False),
                                ("year__isnull", False),
                                models.Q(("words", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="wish_is_verified_and_numbered_before_it_is_published",
                        violation_error_message="心愿要先核实、写好墙上的话，才能上墙。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("withdrawn_at", None), ("taken_down_at__isnull", False), _connector="OR"),
                        name="wish_leaves_the_wall_with_its_consent",
                        violation_error_message="撤回同意的心愿要撤下。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("photo", ""), ("has_photo_consent", True), _connector="OR"),
                        name="wish_photo_is_public_by_consent",
                        violation_error_message="居民同意公开，才能放照片。",
                    ),
                ],
            },
        ),
    ]
