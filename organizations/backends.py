from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission

from accounts.models import User
from organizations.models import Post


class PostBackend(ModelBackend):
    """Signs in by user name or phone; the permissions are those of the roles of the user's current posts."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        if not username or not password:
            return None
        user = User.objects.signing_in_as(username.strip()).first()
        if user is None:
            make_password(password)  # an unknown name must take as long as a wrong password
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def _get_group_permissions(self, user_obj):
        return Permission.objects.filter(roles__posts__in=Post.objects.current().filter(user=user_obj)).distinct()
