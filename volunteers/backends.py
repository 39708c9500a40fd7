"""Whoever signed in by a code on the phone is a volunteer and nothing more."""

from django.contrib.auth.backends import BaseBackend

from accounts.models import User
from volunteers.services.people import is_staff_account


class PhoneCodeBackend(BaseBackend):
    """Keeps the session of a code. It never authenticates: volunteers.views.signing does, once the code is right.

    Asked at each request, so that a session begun by a code ends the moment its account is given a post: a code alone
    opens no workplace.
    """

    def get_user(self, user_id):
        user = User.objects.filter(pk=user_id, is_active=True).first()
        return None if user is None or is_staff_account(user) else user
