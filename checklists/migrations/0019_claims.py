import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from organizations.shipping import grant, ship_parameters

# (key, label, unit, default, minimum, maximum, source)
PARAMETERS = [
    ("claim_days", "微心愿认领后几天内办好", "天", 14, 1, 90, "社区自定"),
    ("claim_extensions", "一次认领最多延期", "次", 1, 0, 5, "社区自定"),
    ("claim_extension_days", "每次延期", "天", 7, 1, 60, "社区自定"),
    ("claim_remind_days", "认领到期前几天提醒", "天", 2, 0, 30, "社区自定"),
]


def ship(apps, schema_editor):
    seen = "view_claim view_appeal"
    roles = ("platform_admin", "district_staff", "street_staff", "community_staff", "supervisor")
    grant(apps, "checklists", dict.fromkeys(roles, seen))
    ship_parameters(apps, PARAMETERS)


class Migration(migrations.Migration):
    dependencies = [
        ("checklists", "0018_calendar_moved"),
        ("volunteers", "0003_ship"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="needevent",
            name="party",
            field=models.CharField(
                choices=[
                    ("staff", "工作人员"),
                    ("resident", "居民"),
                    ("unit", "单位"),
                    ("volunteer", "志愿者"),
                    ("system", "系统"),
                ],
                max_length=20,
                verbose_name="经办方",
            ),
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("words", models.CharField(max_length=200, verbose_name="给志愿者看的说明")),
                (
                    "opened_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="开放时间"),
                ),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="停止时间")),
                (
                    "need",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="appeal",
                        to="checklists.need",
                        verbose_name="需求",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appeals",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="开放人",
                    ),
                ),
            ],
            options={
                "verbose_name": "开放认领",
                "verbose_name_plural": "开放认领",
                "ordering": ["-opened_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("offered", "待答应"),
                            ("claimed", "待社区确认"),
                            ("approved", "帮办中"),
                            ("fulfilled", "已实现"),
                            ("declined", "未认领成"),
                            ("given_up", "已放弃"),
                            ("expired", "超时退回"),
                            ("recalled", "已收回"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("plan", models.CharField(blank=True, max_length=300, verbose_name="打算怎么帮")),
                ("due_on", models.DateField(verbose_name="最晚哪天办好")),
                (
                    "claimed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="认领时间"),
                ),
                ("reply_by", models.DateTimeField(editable=False, verbose_name="答复期限")),
                ("approved_at", models.DateTimeField(editable=False, null=True, verbose_name="确认时间")),
                (
                    "extensions_count",
                    models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="延期次数"),
                ),
                (
                    "extension_reason",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="延期原因"),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="结束时间")),
                ("note", models.CharField(blank=True, editable=False, max_length=500, verbose_name="结果或原因")),
                ("thanks", models.CharField(blank=True, editable=False, max_length=200, verbose_name="居民的感谢")),
                ("thanked_at", models.DateTimeField(editable=False, null=True, verbose_name="感谢时间")),
                ("reminded_at", models.DateTimeField(editable=False, null=True, verbose_name="提醒时间")),
                (
                    "approved_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approved_claims",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="确认人",
                    ),
                ),
                (
                    "need",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="checklists.need",
                        verbose_name="需求",
                    ),
                ),
                (
                    "offered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offered_claims",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="交办人",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="volunteers.team",
                        verbose_name="认领的服务队",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="volunteers.volunteer",
                        verbose_name="认领人",
                    ),
                ),
            ],
            options={
                "verbose_name": "微心愿认领",
                "verbose_name_plural": "微心愿认领",
                "ordering": ["-claimed_at", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="needevent",
            name="claim",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="checklists.claim",
                verbose_name="认领",
            ),
        ),
        migrations.AddIndex(
            model_name="claim",
            index=models.Index(fields=["status", "due_on"], name="claim_running_out"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ["offered", "claimed", "approved"])),
                fields=("need",),
                name="claim_one_active_per_need",
                violation_error_message="这件事已经有人认领。",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("team__isnull", False), ("volunteer", None)),
                    models.Q(("team", None), ("volunteer__isnull", False)),
                    _connector="OR",
                ),
                name="claim_is_of_a_team_or_a_person",
                violation_error_message="请选择一支服务队或一个人，只选一个。",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["offered", "claimed", "approved", "fulfilled", "declined", "given_up", "expired", "recalled"],
                    )
                ),
                name="claim_status_is_known",
                violation_error_message="未知的认领状态。",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
