"""A mediator's term, and leaving before it is over."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from deliberations.models import Mediator
from deliberations.services import mediators
from deliberations.services.cases.people import reaches
from govern.acts import Act
from organizations.parameters import parameter


def years_after(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, day=28)


class MediatorForm(forms.ModelForm):
    class Meta:
        model = Mediator
        fields = ["organization", "name", "user", "is_woman", "is_head", "speciality", "starts_on", "ends_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.years = int(parameter("mediator_term_years"))
        if "ends_on" in self.fields:
            self.fields["ends_on"].required = False
            self.fields["ends_on"].help_text = f"不填就是 {self.years} 年。"

    def clean(self):
        cleaned = super().clean()
        starts_on = cleaned.get("starts_on") or self.instance.starts_on
        longest = years_after(starts_on, self.years)
        if "ends_on" in self.fields and not cleaned.get("ends_on"):
            cleaned["ends_on"] = longest
        if cleaned.get("ends_on") and cleaned["ends_on"] > longest:
            self.add_error(
                "ends_on", ValidationError(f"任期每届最长 {self.years} 年，到 {longest:%Y-%m-%d}。", code="term")
            )
        self._check_account(cleaned)
        return cleaned

    def _check_account(self, cleaned):
        user, body = cleaned.get("user"), cleaned.get("organization") or self.instance.organization
        community = getattr(body, "community", None) if body else None
        if user and community and not reaches(user, community):
            words = f"{user}在{community}没有办理调解的岗位，接到案件也打不开。请先在“任职”里加上，或不选账号。"
            self.add_error("user", ValidationError(words, code="reach"))


class Leave(Act):
    verb, label, icon, done = "leave", "提前离任", "logout", "已离任。"
    left_on = forms.DateField(
        label="离任日期", widget=forms.DateInput(attrs={"type": "date"}), initial=timezone.localdate,
        error_messages={"required": "请填离任日期。"},
    )  # fmt: skip

    @classmethod
    def is_offered(cls, mediator):
        return mediator.left_on is None and mediator.ends_on >= timezone.localdate()

    def act(self, left_on):
        return mediators.leave_committee(self.subject, left_on=left_on, actor=self.user)
