"""How often one address may do what anybody may do."""

from django_ratelimit.core import is_ratelimited

from organizations.parameters import parameter


def is_over(request, group, key, *, times=1, increment=True):
    """Whether this address did `group` more than `times` the parameter `key` within the hour."""
    rate = f"{int(parameter(key)) * times}/h"
    return is_ratelimited(request, group=group, key="ip", rate=rate, increment=increment)
