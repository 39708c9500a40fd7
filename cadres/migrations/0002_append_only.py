"""The grade ledger refuses, in the database itself, to be rewritten.

SQLite has the trigger against changes alone: a test's clean-up deletes row by row there, where PostgreSQL truncates.
A later migration that rebuilds the table on SQLite has to make its trigger anew.
"""

from django.db import migrations

WORDS = "the grade ledger is append-only"
POSTGRESQL = f"""
CREATE FUNCTION cadres_refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER cadres_gradeentry_append_only BEFORE UPDATE OR DELETE ON cadres_gradeentry
FOR EACH ROW EXECUTE FUNCTION cadres_refuse_rewriting();
"""
SQLITE = f"""
CREATE TRIGGER cadres_gradeentry_append_only BEFORE UPDATE ON cadres_gradeentry
BEGIN SELECT RAISE(ABORT, '{WORDS}'); END;
"""


def guard(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER cadres_gradeentry_append_only ON cadres_gradeentry")
        schema_editor.execute("DROP FUNCTION cadres_refuse_rewriting")
    else:
        schema_editor.execute("DROP TRIGGER cadres_gradeentry_append_only")


class Migration(migrations.Migration):
    dependencies = [("cadres", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
