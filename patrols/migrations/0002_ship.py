from django.db import migrations

from organizations.shipping import grant


def each(actions, *models):
    return " ".join(f"{action}_{model}" for model in models for action in actions.split()) + " "


WORK = ("incident", "incidentevent", "incidentphoto", "whistle", "arrival", "round", "check", "note")
CARE = ("carehousehold", "visit")
TASKS = ("matter", "checkitem", "admission", "errand", "errandshare", "fielddesk")
SEEN = each("view", *WORK, *TASKS)
DONE = each(
    "add change",
    "incident",
    "whistle",
    "arrival",
    "carehousehold",
    "errand",
    "errandshare",
    "fielddesk",
    "ticket",
    "checkitem",
    "note",
) + each("add", "visit", "round", "check", "incidentphoto")
STAFF = SEEN + each("view", *CARE, "ticket") + DONE + each("delete", "checkitem", "fielddesk")


def ship(apps, schema_editor):
    grant(
        apps,
        "patrols",
        {
            "platform_admin": SEEN
            + each("add change", "matter", "checkitem", "admission")
            + each("delete", "checkitem")
            + each("view", *CARE, "ticket")
            + "decide_admission",
            "auditor": SEEN + each("view", *CARE, "ticket"),
            "district_staff": STAFF
            + each("add change", "admission")
            + "decide_admission direct_incident direct_district_incident",
            "street_staff": STAFF + each("add change", "admission") + "decide_admission direct_incident",
            "community_staff": STAFF,
            "grid_worker": each("view", *WORK, *CARE, *TASKS)
            + each("add change", "incident", "note")
            + each("add", "visit", "round", "check", "incidentphoto")
            + "change_errandshare",
            "supervisor": SEEN,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("patrols", "0001_initial"), ("organizations", "0019_ship_import_limit")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
