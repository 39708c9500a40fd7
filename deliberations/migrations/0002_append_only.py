"""The records of moderation and of opened cases refuse, in the database itself, to be rewritten.

SQLite has the trigger against changes alone: a test's clean-up deletes row by row there, where PostgreSQL truncates.
A later migration that rebuilds such a table on SQLite has to make its trigger anew.
"""

from django.db import migrations

TABLES = ("deliberations_moderationact", "deliberations_caseopening")
WORDS = "this record is append-only"


def guard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
            )
        return
    schema_editor.execute(
        "CREATE FUNCTION deliberations_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION deliberations_refuse_rewriting()"
        )


def unguard(apps, schema_editor):
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        schema_editor.execute(f"DROP TRIGGER {table}_append_only" + (f" ON {table}" if on_postgresql else ""))
    if on_postgresql:
        schema_editor.execute("DROP FUNCTION deliberations_refuse_rewriting")


class Migration(migrations.Migration):
    dependencies = [("deliberations", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
