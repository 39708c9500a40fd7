from django.db import migrations

from organizations.shipping import grant

# (code, name, reach, is_auditing); no one role both administers and audits (GB/T 22239-2019).
ROLES = [
    ("platform_admin", "平台管理员", "installation", False),
    ("safety_admin", "安全管理员", "installation", False),
    ("auditor", "审计员", "installation", True),
    ("street_staff", "街道工作人员", "subtree", False),
    ("community_staff", "社区工作人员", "subtree", False),
    ("grid_worker", "网格员", "grid", False),
    ("unit_liaison", "单位联络员", "unit", False),
    ("supervisor", "督导", "subtree", False),
    ("volunteer", "志愿者", "own", False),
]
STAFF = (
    "view_organization add_organization change_organization view_unit add_unit change_unit "
    "view_leadershipterm add_leadershipterm change_leadershipterm"
)


def ship(apps, schema_editor):
    Role = apps.get_model("organizations", "Role")
    for code, name, reach, is_auditing in ROLES:
        Role.objects.create(code=code, name=name, reach=reach, is_auditing=is_auditing)
    grant(
        apps,
        "accounts",
        {
            "platform_admin": "use_workplace view_user view_notification view_privacynotice add_privacynotice "
            "change_privacynotice",
            "safety_admin": "use_workplace view_user add_user change_user view_notification",
            "auditor": "use_workplace view_user view_notification",
            "street_staff": "use_workplace reveal_personal view_notification view_privacynotice",
            "community_staff": "use_workplace reveal_personal view_notification view_privacynotice",
            "grid_worker": "reveal_personal view_notification",
            "unit_liaison": "reveal_personal view_notification",
            "supervisor": "view_notification",
            "volunteer": "view_notification",
        },
    )
    grant(
        apps,
        "organizations",
        {
            "platform_admin": STAFF + " delete_organization delete_leadershipterm view_parameter view_parametervalue "
            "add_parametervalue change_parametervalue view_role",
            "safety_admin": "view_organization view_role change_role view_post add_post change_post delete_post view_unit",
            "auditor": "view_organization view_role view_post view_parameter view_parametervalue",
            "street_staff": STAFF + " delete_organization delete_leadershipterm",
            "community_staff": STAFF,
            "grid_worker": "view_organization",
            "unit_liaison": "view_unit",
            "supervisor": "view_organization view_unit view_leadershipterm",
        },
    )
    grant(apps, "auditlog", {"auditor": "view_logentry"})
    grant(
        apps,
        "axes",
        {
            "auditor": "view_accesslog view_accessattempt view_accessfailurelog",
            "safety_admin": "view_accessattempt delete_accessattempt",
        },
    )


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0001_initial"),
        ("accounts", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auditlog", "0017_add_actor_email"),
        ("axes", "0010_accessattemptexpiration"),
    ]
    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
