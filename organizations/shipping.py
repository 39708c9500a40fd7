"""For data migrations: what an app's own models add to the shipped roles, and its dated settings' defaults."""

from datetime import date

from django.contrib.auth.management import create_permissions


def grant(apps, app_label, table):
    """`table` is {role code: "view_x change_x ..."}; the permissions of `app_label` are made first if need be.

    Permissions otherwise appear only after the last migration has run.
    """
    app_config = apps.get_app_config(app_label)
    app_config.models_module = True
    create_permissions(app_config, apps=apps, verbosity=0)
    app_config.models_module = None
    Permission = apps.get_model("auth", "Permission")
    Role = apps.get_model("organizations", "Role")
    for code, codenames in table.items():
        wanted = set(codenames.split())
        found = Permission.objects.filter(content_type__app_label=app_label, codename__in=wanted)
        missing = wanted - set(found.values_list("codename", flat=True))
        if missing:
            raise LookupError(f"no such permission in {app_label}: {', '.join(sorted(missing))}")
        Role.objects.get(code=code).permissions.add(*found)


def ship_parameters(apps, rows):
    """`rows` are (key, label, unit, default, minimum, maximum, source); the default holds from 2020 on."""
    Parameter = apps.get_model("organizations", "Parameter")
    ParameterValue = apps.get_model("organizations", "ParameterValue")
    for key, label, unit, default, minimum, maximum, source in rows:
        parameter = Parameter.objects.create(
            key=key, label=label, unit=unit, minimum=minimum, maximum=maximum, source=source
        )
        ParameterValue.objects.create(parameter=parameter, value=default, effective_on=date(2020, 1, 1))
