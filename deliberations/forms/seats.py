"""公开席位 and 扫码签到, on a phone."""

from django.core.exceptions import ValidationError

from accounts.fields import show_refusal
from deliberations.forms.proving import ProvingForm
from deliberations.models import Attendee
from deliberations.services.hearings import attendance, people
from organizations.forms.meetings import SignInForm


class SeatForm(ProvingForm):
    field_order = ["name", "phone", "code", "consent"]

    def submit(self, hearing):
        """The attendee; None with the refusal among the form's errors."""
        try:
            return people.take_seat(hearing, name=self.cleaned_data["name"], phone=self.cleaned_data["phone"])
        except ValidationError as error:
            show_refusal(self, error)
            return None


class DoorForm(SignInForm):
    """By the name and the last four digits of the phone."""

    def sign(self, hearing):
        try:
            return attendance.sign_in(hearing, way=Attendee.Way.QR, **self.cleaned_data)
        except ValidationError as error:
            show_refusal(self, error)
            return None
