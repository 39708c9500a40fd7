"""Reading the dated settings. A key that no migration ships is a programming error and raises."""

from django.utils import timezone

from organizations.models import ParameterValue


def parameters(*keys, on=None):
    """{key: float} of the named parameters as they stand on the date `on` (today), in one query.

    Raises KeyError for a key without a value in force.
    """
    on = on or timezone.localdate()
    found = {}
    rows = ParameterValue.objects.in_force(on).filter(parameter__key__in=keys)
    for key, value in rows.values_list("parameter__key", "value"):
        found.setdefault(key, float(value))
    missing = set(keys) - found.keys()
    if missing:
        raise KeyError(f"no value in force on {on}: {', '.join(sorted(missing))}")
    return found


def parameter(key, on=None):
    return parameters(key, on=on)[key]
