from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from govern.views import number
from grids.services.residences import settle_member
from organizations.models import PartyMember


class MembersField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, member):
        words = [member.name, member.get_stage_display(), str(member.branch), member.masked_phone]
        if hasattr(member, "residence"):
            words.append(f"现登记住在{member.residence.quarter}")
        return " · ".join(word for word in words if word)


class SettleForm(forms.Form):
    """登记居住 in `quarter`: members of the user's own sight, found by the words `query`, a few at a time."""

    MOST = 20

    members = MembersField(
        PartyMember.objects.none(),
        label="住在这里的党员",
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "请勾选住在这里的党员。",
            "invalid_choice": "有一名党员刚有变动，请重新查找。",
            "invalid_pk_value": "请重新查找党员。",
        },
    )
    starts_on = forms.DateField(
        label="居住起始",
        required=False,
        help_text="不填就是今天。",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "请填日期，如 2026-11-20。"},
    )

    def __init__(self, *args, quarter, user, query="", **kwargs):
        super().__init__(*args, **kwargs)
        self.quarter, self.user, words = quarter, user, query.strip()
        rows = PartyMember.objects.visible_to(user).here().select_related("branch", "residence__quarter")
        found = rows.called(words).exclude(residence__quarter=quarter).order_by("name", "pk")[: self.MOST]
        self.found = list(found) if words else []
        field = self.fields["members"]
        # What was posted is judged among all: the words it was found by are no longer there.
        field.queryset = rows
        shown = self.found or (self.chosen(rows) if self.is_bound else [])
        field.choices = [(member.pk, field.label_from_instance(member)) for member in shown]

    def chosen(self, rows):
        return rows.filter(pk__in=[key for key in self.data.getlist("members") if number(key) is not None])

    def run(self):
        """Settle all or none; the words of a refusal come back beside the fields."""
        try:
            with transaction.atomic():
                for member in self.cleaned_data["members"]:
                    starts_on = self.cleaned_data["starts_on"]
                    settle_member(member, quarter=self.quarter, starts_on=starts_on, actor=self.user)
        except PermissionDenied as error:
            self.add_error(None, str(error))
        except ValidationError as error:
            reasons = error.message_dict
            reasons["members"] = reasons.pop("member", reasons.get("members", []))
            self.add_error(None, {name: words for name, words in reasons.items() if words})
