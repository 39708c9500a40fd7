import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import govern.fields


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0015_ship_grades"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Talk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leaders", "班子成员之间"),
                            ("leader_member", "班子成员与党员"),
                            ("members", "党员之间"),
                            ("care", "与思想波动或有困难的党员"),
                        ],
                        max_length=20,
                        verbose_name="类型",
                    ),
                ),
                ("held_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="谈话日期")),
                (
                    "talker_name",
                    models.CharField(
                        blank=True, help_text="不在本支部名册里的，写姓名。", max_length=40, verbose_name="谈话人姓名"
                    ),
                ),
                (
                    "partner_name",
                    models.CharField(
                        blank=True, help_text="不在本支部名册里的，写姓名。", max_length=40, verbose_name="谈话对象姓名"
                    ),
                ),
                (
                    "content",
                    govern.fields.EncryptedTextField(
                        help_text="简要写。加密保存，只有能办理这个党支部的人在这条记录里看得到，不导出。",
                        max_length=1000,
                        verbose_name="谈话要点",
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="登记时间"),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        limit_choices_to={
                            "is_active": True,
                            "kind__in": [
                                "community_branch",
                                "enterprise_branch",
                                "joint_branch",
                                "property_branch",
                                "quarter_branch",
                                "tower_branch",
                            ],
                        },
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="organizations.organization",
                        verbose_name="党支部",
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"left_on": None},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks_joined",
                        to="organizations.partymember",
                        verbose_name="谈话对象",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_talks",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="登记人",
                    ),
                ),
                (
                    "talker",
                    models.ForeignKey(
                        blank=True,
                        limit_choices_to={"left_on": None},
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks_begun",
                        to="organizations.partymember",
                        verbose_name="谈话人",
                    ),
                ),
            ],
            options={
                "verbose_name": "谈心谈话",
                "verbose_name_plural": "谈心谈话",
                "ordering": ["-held_on", "-pk"],
                "indexes": [models.Index(fields=["organization", "held_on"], name="talk_of_organization")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["leaders", "leader_member", "members", "care"])),
                        name="talk_kind_is_known",
                        violation_error_message="未知的谈话类型。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("talker_name", ""), _negated=True), models.Q(("partner_name", ""), _negated=True)
                        ),
                        name="talk_names_both",
                        violation_error_message="谈话双方都要有姓名。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("talker", None),
                            ("partner", None),
                            models.Q(("talker", models.F("partner")), _negated=True),
                            _connector="OR",
                        ),
                        name="talk_is_between_two",
                        violation_error_message="谈话双方不能是同一个人。",
                    ),
                ],
            },
        ),
    ]
