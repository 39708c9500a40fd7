import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

from organizations.shipping import ship_parameters

HERE = "本平台约定"
PARAMETERS = [
    ("rating_due_days", "单位评社区：年度结束后几天内", "天", 31, 0, 180, HERE),
    ("rating_response_points", "单位评社区：回应单位的事满分", "分", 25, 0, 100, HERE),
    ("rating_notice_points", "单位评社区：通知和议事满分", "分", 25, 0, 100, HERE),
    ("rating_service_points", "单位评社区：开放和服务满分", "分", 25, 0, 100, HERE),
    ("rating_feedback_points", "单位评社区：结果反馈满分", "分", 25, 0, 100, HERE),
]


def ship(apps, schema_editor):
    """The settings; and ratings of up to 5 become points of up to 100, confirmed when they were written down."""
    ship_parameters(apps, PARAMETERS)
    rated = apps.get_model("organizations", "UnitAppraisal").objects.exclude(rating=None)
    rated.update(rating=F("rating") * 20, confirmed_on=F("rated_on"))


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("organizations", "0017_ship_talks"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="unitappraisal",
            name="unitappraisal_rating_has_its_day",
        ),
        migrations.AddField(
            model_name="appraisalevidence",
            name="content_type",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="contenttypes.contenttype",
            ),
        ),
        migrations.AddField(
            model_name="appraisalevidence",
            name="object_id",
            field=models.PositiveBigIntegerField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="unitappraisal",
            name="confirmed_on",
            field=models.DateField(editable=False, null=True, verbose_name="确认日期"),
        ),
        migrations.AlterField(
            model_name="appraisalevidence",
            name="item",
            field=models.CharField(
                choices=[
                    ("meetings", "参加会议"),
                    ("activities", "共建活动"),
                    ("study", "学习"),
                    ("teams", "志愿服务队"),
                    ("bonus", "加分"),
                    ("response", "回应单位的事"),
                    ("notice", "通知和议事"),
                    ("service", "开放和服务"),
                    ("feedback", "结果反馈"),
                ],
                max_length=20,
                verbose_name="项目",
            ),
        ),
        migrations.AlterField(
            model_name="unitappraisal",
            name="grade",
            field=models.CharField(
                blank=True,
                choices=[("excellent", "优秀"), ("good", "较好"), ("fair", "一般"), ("failed", "不合格")],
                editable=False,
                max_length=20,
                verbose_name="等次",
            ),
        ),
        migrations.AlterField(
            model_name="unitappraisal",
            name="rating",
            field=models.DecimalField(
                decimal_places=1, editable=False, max_digits=5, null=True, verbose_name="单位对社区的评分"
            ),
        ),
        migrations.AlterField(
            model_name="unitappraisal",
            name="total",
            field=models.DecimalField(decimal_places=1, editable=False, max_digits=5, null=True, verbose_name="总分"),
        ),
        migrations.AddConstraint(
            model_name="unitappraisal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("rated_on", None), ("rating", None)),
                    models.Q(("rated_on__isnull", False), ("rating__gte", 0)),
                    _connector="OR",
                ),
                name="unitappraisal_rating_has_its_day",
                violation_error_message="评分要写明日期。",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitappraisal",
            constraint=models.CheckConstraint(
                condition=models.Q(("confirmed_on", None), ("rating__isnull", False), _connector="OR"),
                name="unitappraisal_confirms_what_was_rated",
                violation_error_message="还没有评分，不能确认。",
            ),
        ),
        migrations.AddConstraint(
            model_name="unitappraisal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("grade", ""), ("total", None)),
                    models.Q(("total__isnull", False), models.Q(("grade", ""), _negated=True)),
                    _connector="OR",
                ),
                name="unitappraisal_grade_goes_with_its_total",
                violation_error_message="总分和等次要一起登记。",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
