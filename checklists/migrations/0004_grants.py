from django.db import migrations

from organizations.shipping import grant

SEEN = (
    "view_category view_question view_calendarday view_resource view_need view_needevent view_needphoto view_proposal "
    "view_dispatch "
)
DONE = "file_need add_need change_need add_resource change_resource change_dispatch "


def ship(apps, schema_editor):
    grant(
        apps,
        "checklists",
        {
            "platform_admin": SEEN
            + "add_category change_category add_question change_question delete_question add_calendarday "
            "change_calendarday delete_calendarday supervise_need",
            "auditor": "view_category view_question view_calendarday",
            "street_staff": SEEN + DONE + "direct_escalated_need supervise_need",
            "community_staff": SEEN + DONE + "supervise_need",
            "grid_worker": "view_category view_need view_needevent view_needphoto file_need add_need",
            "unit_liaison": "view_category view_need view_needevent view_needphoto view_dispatch change_dispatch "
            "view_resource change_resource",
            "supervisor": SEEN + "supervise_need",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("checklists", "0003_initial"), ("organizations", "0002_roles")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
