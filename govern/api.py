"""The API's common ground: permissions, and one place where a domain error becomes an answer."""

from django.core.exceptions import PermissionDenied, ValidationError
from rest_framework import exceptions, permissions


class ModelPermissions(permissions.DjangoModelPermissions):
    """Django's own, and reading needs `view`. A view without a queryset names its `permission_required`."""

    perms_map = {
        **permissions.DjangoModelPermissions.perms_map,
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
    }

    def has_permission(self, request, view):
        # A verb on a row (accept, take) asks its own permission inside the service; seeing the row is enough here.
        if getattr(view, "detail", False) and getattr(view, "action", None) in getattr(view, "verbs", ()):
            return bool(request.user and request.user.is_authenticated)
        return super().has_permission(request, view)


def domain_errors(error, context):
    """A service's ValidationError is a 400 with its Chinese messages; a missing right is a 403."""
    from rest_framework.views import exception_handler  # its module reads the settings that name this one

    if isinstance(error, ValidationError):
        body = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        error = exceptions.ValidationError(body)
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    elif isinstance(error, OverflowError):  # a key like 1e400, which is JSON and no number of ours
        error = exceptions.ValidationError({"non_field_errors": ["数字太大，请核对。"]})
    return exception_handler(error, context)
