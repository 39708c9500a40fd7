from django.db import migrations, models
from django.db.models import F

# By default PostgreSQL remembers how often the hundred most frequent values occur, and takes all others for alike: a
# community with twenty needs for one with thousands, which it then looks for through all needs from the newest on.
EXACT = (
    "ALTER TABLE checklists_need ALTER COLUMN community_id SET STATISTICS 1000",
    "ALTER INDEX need_by_grams ALTER COLUMN 1 SET STATISTICS 1000",
    "ANALYZE checklists_need",
)


def count_exactly(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in EXACT:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("checklists", "0012_standard_answers")]
    operations = [
        migrations.AddIndex(
            model_name="need",
            index=models.Index("community", F("submitted_at").desc(), F("id").desc(), name="need_of_community_by_day"),
        ),
        migrations.RunPython(count_exactly, migrations.RunPython.noop),
    ]
