from django.db import migrations

from organizations.shipping import grant

SEEN = "view_street view_community view_quarter view_building view_grid view_duty view_instructor"
PLACES = (
    " add_quarter change_quarter add_building change_building add_duty change_duty"
    " add_instructor change_instructor change_community"
)


def ship(apps, schema_editor):
    grant(
        apps,
        "grids",
        {
            "platform_admin": SEEN + PLACES + " add_street change_street add_community add_grid change_grid",
            "auditor": SEEN,
            "street_staff": SEEN + PLACES + " add_community add_grid change_grid delete_duty delete_instructor",
            "community_staff": SEEN + PLACES,
            "grid_worker": "view_street view_community view_quarter view_building view_grid view_duty",
            "supervisor": SEEN,
        },
    )


class Migration(migrations.Migration):
    dependencies = [("grids", "0002_initial"), ("organizations", "0002_roles")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
