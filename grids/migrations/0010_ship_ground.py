from django.db import migrations
from django.utils import timezone

from organizations.shipping import grant

SEEN = "view_outline view_leave view_route view_gridevent view_buildingstay"
OWN = " add_leave change_leave add_route change_route delete_route"
GROUND = " add_grid change_grid add_outline change_outline delete_outline add_building change_building"


def ship(apps, schema_editor):
    grant(
        apps,
        "grids",
        {
            "platform_admin": SEEN + OWN + GROUND,
            "auditor": SEEN,
            "district_staff": SEEN + OWN + GROUND + " add_duty change_duty",
            "street_staff": SEEN + OWN + GROUND,
            "community_staff": SEEN + OWN + " add_outline change_outline",
            "grid_worker": "view_outline view_leave view_route view_buildingstay",
            "supervisor": SEEN,
        },
    )


def open_stays(apps, schema_editor):
    """Where each building is now, from today on: the day this history begins."""
    Building, BuildingStay = apps.get_model("grids", "Building"), apps.get_model("grids", "BuildingStay")
    today = timezone.localdate()
    keys = Building.objects.filter(grid__isnull=False).order_by("pk").values_list("pk", "grid")
    stays = (BuildingStay(building_id=building, grid_id=grid, starts_on=today) for building, grid in keys.iterator())
    BuildingStay.objects.bulk_create(stays, batch_size=2000)


class Migration(migrations.Migration):
    dependencies = [("grids", "0009_ground_and_people"), ("organizations", "0019_ship_import_limit")]
    operations = [
        migrations.RunPython(ship, migrations.RunPython.noop),
        migrations.RunPython(open_stays, migrations.RunPython.noop),
    ]
