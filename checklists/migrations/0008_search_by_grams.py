from django.db import migrations

from govern.fields import grams

# A GIN index over the two-character pieces: PostgreSQL finds a two-character word by it; SQLite reads the rows.
INDEX = "CREATE INDEX need_by_grams ON checklists_need USING gin (string_to_array(grams, ' '))"


def fill(apps, schema_editor):
    Need = apps.get_model("checklists", "Need")
    chunk = []
    for need in Need.objects.only("pk", "text").iterator(chunk_size=2000):
        need.grams = " ".join(sorted(grams(need.text)))
        chunk.append(need)
        if len(chunk) == 2000:
            Need.objects.bulk_update(chunk, ["grams"])
            chunk = []
    Need.objects.bulk_update(chunk, ["grams"])


def index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(INDEX)


class Migration(migrations.Migration):
    atomic = False  # PostgreSQL builds no index over rows with events of the same transaction still pending
    dependencies = [("checklists", "0007_four_lists")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RunPython(index, migrations.RunPython.noop),
    ]
