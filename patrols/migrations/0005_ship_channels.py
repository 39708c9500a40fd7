from django.db import migrations

from organizations.shipping import grant, ship_parameters

# The rule below the pages and the services: an errand is written only on a day on which its matter is admitted
# (滨州市社会治理网格化服务管理条例 第十条). SQLite drops a trigger whenever a table is altered, so it is PostgreSQL's alone.
TRIGGER = (
    """
    CREATE OR REPLACE FUNCTION patrols_errand_is_admitted() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE issued_on date := (NEW.issued_at AT TIME ZONE 'Asia/Shanghai')::date;
    BEGIN
        PERFORM 1 FROM patrols_admission a WHERE a.id = NEW.admission_id AND a.status IN ('approved', 'ended')
            AND a.starts_on <= issued_on AND (a.ends_on IS NULL OR issued_on <= a.ends_on);
        IF NOT FOUND THEN
            RAISE EXCEPTION 'errand_is_admitted' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER errand_is_admitted BEFORE INSERT ON patrols_errand
    FOR EACH ROW EXECUTE FUNCTION patrols_errand_is_admitted()
    """,
)
UNTRIGGER = (
    "DROP TRIGGER IF EXISTS errand_is_admitted ON patrols_errand",
    "DROP FUNCTION IF EXISTS patrols_errand_is_admitted()",
)


def run(statements):
    def on_postgresql(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return on_postgresql


def ship(apps, schema_editor):
    seen = "view_admissionevent view_intake"
    table = dict.fromkeys(
        ("platform_admin", "auditor", "district_staff", "street_staff", "community_staff", "supervisor"), seen
    )
    grant(apps, "patrols", {**table, "grid_worker": "view_admissionevent"})
    ship_parameters(
        apps,
        [
            ("word_least_notes", "民情高频词：一周至少几条民情日记提到", "条", 3, 2, 100, "平台默认"),
            ("word_weeks_before", "民情高频词：与之前几周比较", "周", 4, 1, 26, "平台默认"),
            ("admission_ending_days", "事项准入：截止前几天列为快到期", "天", 30, 1, 365, "平台默认"),
            ("errand_reminder_days", "交办任务：期限前几天提醒网格员", "天", 2, 1, 30, "平台默认"),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("patrols", "0004_ship_visits_and_rounds")]

    operations = [
        migrations.RunPython(run(TRIGGER), run(UNTRIGGER)),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
