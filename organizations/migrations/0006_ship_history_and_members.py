from django.db import migrations

from organizations.shipping import grant, ship_parameters

BRANCH_RULES = "《中国共产党支部工作条例（试行）》"
PARAMETERS = [
    ("branch_min_full_members", "党支部正式党员下限", "名", 3, 1, 20, f"{BRANCH_RULES}第四条"),
    ("branch_max_members", "党支部党员上限", "名", 50, 10, 500, f"{BRANCH_RULES}第四条"),
    ("branch_committee_full_members", "应设支委会的正式党员数", "名", 7, 3, 50, BRANCH_RULES),
    ("joint_branch_max_quarters", "联合党支部覆盖单位上限", "个", 5, 2, 30, f"{BRANCH_RULES}第五条"),
    ("general_branch_min_members", "党总支党员下限", "名", 50, 10, 500, "党的基层组织工作条例"),
    ("committee_min_members", "党委党员下限", "名", 100, 20, 2000, "党的基层组织工作条例"),
]
MEMBERS = "view_partymember add_partymember change_partymember view_transfer add_transfer change_transfer"
LOOK = "view_organizationversion view_organizationevent"


def ship(apps, schema_editor):
    Organization = apps.get_model("organizations", "Organization")
    OrganizationVersion = apps.get_model("organizations", "OrganizationVersion")
    OrganizationVersion.objects.bulk_create(
        [
            OrganizationVersion(
                organization_id=pk, name=name, kind=kind, parent_id=parent, starts_on=founded_on, ends_on=None
            )
            for pk, name, kind, parent, founded_on in Organization.objects.values_list(
                "pk", "name", "kind", "parent", "founded_on"
            ).iterator()
        ],
        batch_size=2000,
    )
    grant(
        apps,
        "organizations",
        {
            "platform_admin": f"{LOOK} {MEMBERS}",
            "district_staff": f"{LOOK} {MEMBERS} delete_organization",
            "street_staff": f"{LOOK} {MEMBERS}",
            "community_staff": f"{LOOK} {MEMBERS}",
            "supervisor": f"{LOOK} view_partymember",
            "auditor": LOOK,
        },
    )
    ship_parameters(apps, PARAMETERS)


class Migration(migrations.Migration):
    dependencies = [("organizations", "0005_tree_and_members")]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
