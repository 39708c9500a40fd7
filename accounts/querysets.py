from django.contrib.auth.models import BaseUserManager
from django.db.models import Q

from govern.fields import blind_index
from govern.scoping import ScopedQuerySet


class UserQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        # Only roles that cover the whole installation hold a right on accounts (organizations.Role.Reach).
        return Q()

    def signing_in_as(self, identifier):
        """The account whose user name, or whose phone, `identifier` is."""
        return self.filter(Q(username=identifier) | Q(phone_index=blind_index(identifier)))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def get_by_natural_key(self, username):
        return self.get(username=username)

    def create_user(self, username, password=None, **fields):
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        return self.create_user(username, password, is_superuser=True, **fields)


class NotificationQuerySet(ScopedQuerySet):
    def allowed(self, user, permission):
        # An inbox is one's own: no role has to grant it, and a volunteer has none.
        if user.is_authenticated and user.is_active and not user.is_superuser:
            return self.filter(recipient=user)
        return super().allowed(user, permission)

    def scope(self, user, permission):
        return Q(recipient=user)

    def unread(self):
        return self.filter(read_at=None)


class PrivacyNoticeQuerySet(ScopedQuerySet):
    def scope(self, user, permission):
        return Q()

    def in_force(self, on):
        """Newest first; the first one is the notice residents consent to on the date `on`."""
        return self.filter(effective_on__lte=on).order_by("-effective_on", "-pk")


class PhoneCodeQuerySet(ScopedQuerySet):
    def allowed(self, user, permission):
        # Whoever could read them, hashed as they are, could try to find the codes; no page has any use for it.
        return self.none()


class SavedFilterQuerySet(ScopedQuerySet):
    def allowed(self, user, permission):
        # Everybody's own shelf: no role has to grant it.
        return self.filter(user=user) if user.is_authenticated and user.is_active else self.none()

    def scope(self, user, permission):
        return Q(user=user)
