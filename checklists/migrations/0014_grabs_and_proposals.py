import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checklists", "0013_scale_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="need",
            name="grab_note",
            field=models.CharField(blank=True, editable=False, max_length=200, verbose_name="给抢单单位的说明"),
        ),
        migrations.AddField(
            model_name="need",
            name="grab_opened_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="上次开放抢单"),
        ),
        migrations.AlterField(
            model_name="proposal",
            name="need",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="proposals",
                to="checklists.need",
                verbose_name="需求",
            ),
        ),
    ]
