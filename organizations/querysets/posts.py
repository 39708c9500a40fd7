"""Who works where, and what that allows."""

from django.db.models import Exists, Q
from django.utils import timezone

from organizations.querysets.hanging import HandedOverQuerySet, organizations


class PostQuerySet(HandedOverQuerySet):
    def hanging(self, role, organization):
        return self.filter(**{role: organization}).filter(Q(ends_on=None) | Q(ends_on__gt=timezone.localdate()))

    def hand_over(self, role, source, target, on):
        """Who works here works there from now on; who does so already leaves here."""
        for row in self.hanging(role, source):
            if self.model._default_manager.current(on).filter(user=row.user_id, role=row.role_id, organization=target):
                row.ends_on = max(on, row.starts_on)
                row.save(update_fields=["ends_on"])
            else:
                row.organization = target
                row.save(update_fields=["organization"])

    def scope(self, user, permission):
        everywhere = self.model._default_manager.granting(user, permission).filter(
            organization=None, role__reach="installation"
        )
        return (
            Q(organization__in=organizations().under_posts(user, permission))
            | Q(Exists(everywhere), organization=None)
            | Q(user=user)
        )

    def current(self, on=None):
        """In force on the date `on` (today): begun and not ended."""
        on = on or timezone.localdate()
        return self.filter(Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on))

    def overlapping(self, starts_on, ends_on):
        """In force on some day from `starts_on` to `ends_on` (None: open)."""
        rows = self.filter(Q(ends_on=None) | Q(ends_on__gte=starts_on)) if starts_on else self
        return rows.filter(starts_on__lte=ends_on) if ends_on else rows

    def granting(self, user, permission, **role):
        """The user's current posts whose role holds `permission` ("app.codename") and fits the conditions `role`."""
        app_label, codename = permission.split(".")
        return self.current().filter(
            user=user,
            role__permissions__content_type__app_label=app_label,
            role__permissions__codename=codename,
            **{f"role__{name}": value for name, value in role.items()},
        )
