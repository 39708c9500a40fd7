from django.db import migrations

from organizations.shipping import grant


def each(actions, *models):
    return " ".join(f"{action}_{model}" for model in models for action in actions.split())


PARTS = ("milestone", "evidence", "activityphoto", "resourceexception", "booking")
EVENTS = ("activityevent", "projectevent")
SEEN = (
    each("view", "support", "inquiry", "standardanswer", "resourceexception", "booking", "rota", "turn", "turnswap")
    + " "
    + each("view", "activity", "activityphoto", "enrolment", "project", "milestone", "expense", "evidence", "bid")
    + " "
    + each("view", "appraisal", "publication", "run", "assignment", *EVENTS)
)
DONE = " ".join(
    [
        each("add change", "inquiry", "rota", "turn", "turnswap", "activity", "enrolment", "project", "publication"),
        each("change", "bid", "support"),
        each("add", "expense"),
        each("add change delete", *PARTS),
    ]
)
# What a street's staff already hold, for the new role above them.
FORMER = (
    "view_category view_question view_calendarday view_resource view_need view_needevent view_needphoto view_proposal "
    "view_dispatch file_need add_need change_need add_resource change_resource change_dispatch direct_escalated_need "
    "supervise_need"
)
ANSWERS = each("add change delete", "standardanswer")
PLACES = "view_district view_street view_community view_quarter view_building view_grid view_duty view_instructor"


def ship(apps, schema_editor):
    grant(apps, "grids", {"district_staff": PLACES})
    grant(
        apps,
        "checklists",
        {
            "platform_admin": f"{SEEN} {ANSWERS} start_run",
            "district_staff": f"{FORMER} {SEEN} {DONE} {ANSWERS} start_run direct_district_need",
            "street_staff": f"{SEEN} {DONE} {ANSWERS} start_run",
            "community_staff": f"{SEEN} {DONE}",
            "grid_worker": each("view", "support", "inquiry", "activity", "project") + " add_inquiry",
            "unit_liaison": " ".join(
                [
                    each("view", "rota", "turn", "activity", "activityevent", "project", "projectevent", "milestone"),
                    each("view", "expense", "appraisal"),
                    each("view change", "activity", "project", "turn"),
                    each("view add change", "turnswap", "bid"),
                    each("view add change delete", "resourceexception", "booking"),
                    each("view add", "activityphoto", "evidence", "enrolment"),
                ]
            ),
            "supervisor": SEEN,
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("checklists", "0008_search_by_grams"),
        ("grids", "0005_street_has_a_district"),
        ("organizations", "0004_district_role"),
    ]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
