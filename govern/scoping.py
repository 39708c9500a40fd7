"""Who sees which row: the one door, and its four adapters (views, admin, forms, serializers).

A model says its rule once, in its queryset's `scope`. Nothing said means nothing seen.
"""

from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied
from django.db import models
from django.forms import ModelChoiceField
from django.http import Http404
from django.utils.functional import SimpleLazyObject
from rest_framework import serializers

from govern.views import number


class ScopedQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self._allowed(user, "view")

    def revealable_to(self, user):
        """The rows whose personal data `user` may open in full: what is seen, unless the model says narrower."""
        return self.visible_to(user)

    def editable_by(self, user):
        return self._allowed(user, "change")

    def deletable_by(self, user):
        return self._allowed(user, "delete")

    def allowed(self, user, permission):
        """The rows on which `user` holds `permission` ("app.codename"): both the right and the reach."""
        if not (user.is_authenticated and user.is_active):
            return self.none()
        if user.is_superuser:
            return self.all()
        if not user.has_perm(permission):
            return self.none()
        return self.filter(self._scope_of(user, permission))

    def _scope_of(self, user, permission):
        # A page asks ten times for the same. Its user lives as long as the request, as Django's own cache of
        # permissions does; any other user is asked about anew.
        if not isinstance(user, SimpleLazyObject):
            return self.scope(user, permission)
        known = user.__dict__.setdefault("known_scopes", {})
        if (self.model, permission) not in known:
            known[self.model, permission] = self.scope(user, permission)
        return known[self.model, permission]

    def scope(self, user, permission):
        """The Q of the rows within reach of the posts that give `user` the `permission`."""
        raise NotImplementedError(f"{self.model.__name__} does not say who sees its rows")

    def _allowed(self, user, action):
        options = self.model._meta
        return self.allowed(user, f"{options.app_label}.{action}_{options.model_name}")


def keys(rows):
    """The primary keys of the few `rows` that a scope hangs on (communities, units), asked for now.

    As a subquery they would hide from the planner how many rows it is looking for: it would then read all of a table.
    """
    return list(rows.order_by().values_list("pk", flat=True))


def is_scoped(model):
    return isinstance(model._default_manager.all(), ScopedQuerySet)


def restrict(queryset, user):
    """`queryset` as `user` may choose from it; querysets of models without scope (permissions) stay whole."""
    return queryset.visible_to(user) if isinstance(queryset, ScopedQuerySet) else queryset


class ScopedViewMixin:
    """For class-based views and viewsets: lists and details alike hold only what the user sees, the rest is 404."""

    def get_queryset(self):
        return super().get_queryset().visible_to(self.request.user)


def _is_hidden(field, row, user):
    related = field.remote_field.model
    if not is_scoped(related):
        return False
    if not user.has_perm(f"{related._meta.app_label}.view_{related._meta.model_name}"):
        return True
    if row is None:
        return False
    held = related._default_manager.filter(pk__in=_held_keys(field, row))
    return held.exclude(pk__in=held.visible_to(user).order_by().values("pk")).exists()


def _held_keys(field, row):
    if field.many_to_many:
        return getattr(row, field.name).order_by().values("pk")
    return [key] if (key := getattr(row, field.attname)) is not None else []


class PatientMixin:
    """For Django's autocomplete, which asks the database for whatever was sent and fails where it is no number."""

    def optgroups(self, name, value, attr=None):
        return super().optgroups(name, [key for key in value if number(str(key)) is not None], attr)


class PatientSelect(PatientMixin, AutocompleteSelect):
    pass


class PatientSelectMultiple(PatientMixin, AutocompleteSelectMultiple):
    pass


class ScopedFieldsMixin:
    """For ModelAdmin and inlines: the rows, and every choice of a related row."""

    def get_queryset(self, request):
        return super().get_queryset(request).visible_to(request.user)

    def get_readonly_fields(self, request, obj=None):
        """A relation whose present value the user may not choose is shown and not asked for: saving the form would
        silently clear it.
        """
        fixed = list(super().get_readonly_fields(request, obj))
        row = obj if isinstance(obj, self.model) else None  # an inline is handed its parent
        options = self.model._meta
        for field in [*options.fields, *options.many_to_many]:
            if (
                field.is_relation
                and field.editable
                and field.name not in fixed
                and _is_hidden(field, row, request.user)
            ):
                fixed.append(field.name)
        return fixed

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PatientSelect(db_field, self.admin_site))
        kwargs["queryset"] = restrict(
            kwargs.get("queryset", db_field.remote_field.model._default_manager.all()), request.user
        )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", PatientSelectMultiple(db_field, self.admin_site))
        kwargs["queryset"] = restrict(
            kwargs.get("queryset", db_field.remote_field.model._default_manager.all()), request.user
        )
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class ScopedAdminMixin(ScopedFieldsMixin):
    """For ModelAdmin: change and delete are asked of the row, and asked again after it is saved."""

    def get_object(self, request, object_id, from_field=None):
        row = super().get_object(request, object_id, from_field)
        if row is None:  # Django would lead to the first page, and a missing right would show as 403
            raise Http404
        return row

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (
            obj is None or self.model._default_manager.editable_by(request.user).filter(pk=obj.pk).exists()
        )

    def has_delete_permission(self, request, obj=None):
        allowed = super().has_delete_permission(request, obj)
        return allowed and (
            obj is None or self.model._default_manager.deletable_by(request.user).filter(pk=obj.pk).exists()
        )

    def log_addition(self, request, obj, message):
        self._refuse_escape(request, obj)
        return super().log_addition(request, obj, message)

    def log_change(self, request, obj, message):
        self._refuse_escape(request, obj)
        return super().log_change(request, obj, message)

    def _refuse_escape(self, request, obj):
        # Still inside the admin's transaction, after the row and its relations are written: a row that its own
        # writer may no longer see was moved, or made, out of reach.
        if not self.model._default_manager.visible_to(request.user).filter(pk=obj.pk).exists():
            raise PermissionDenied("the row left its writer's scope")


class ScopedRelatedFilter(RelatedFieldListFilter):
    """For `list_filter`: offers only the related rows that the user sees; none where nobody would read them all, for
    that many links take longer to write than the list itself.
    """

    MOST = 200

    def field_choices(self, field, request, model_admin):
        rows = list(self.choosable(field, request)[: self.MOST + 1])
        return [(row.pk, str(row)) for row in rows] if len(rows) <= self.MOST else []

    def choosable(self, field, request):
        return restrict(field.remote_field.model._default_manager.all(), request.user)


class ScopedFormMixin:
    """For forms: takes `user`, and every choice of a row is the user's own."""

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, ModelChoiceField):
                field.queryset = restrict(field.queryset, user)


class ScopedRelatedField(serializers.PrimaryKeyRelatedField):
    """For serializers: a foreign row is as unknown as a missing one (400)."""

    def get_queryset(self):
        return restrict(super().get_queryset(), self.context["request"].user)
