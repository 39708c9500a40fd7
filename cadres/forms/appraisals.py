from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from cadres import services
from cadres.models import Appraisal
from organizations.models import Organization


class SheetForm(forms.Form):
    """Which year's appraisals, of which community, are written down."""

    year = forms.TypedChoiceField(label="年度", coerce=int)
    organization = forms.ModelChoiceField(Organization.objects.none(), label="社区", empty_label=None)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        this_year = timezone.localdate().year
        self.fields["year"].choices = [(year, f"{year} 年度") for year in range(this_year, this_year - 8, -1)]
        mine = Organization.objects.allowed(user, "cadres.add_appraisal").active()
        self.fields["organization"].queryset = mine.at_tier(Organization.Tier.COMMUNITY)


class GradesForm(forms.Form):
    """One field for each of `workers`: the grade of `year`; empty for not yet."""

    def __init__(self, *args, workers, year, user, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.workers, self.year, self.user = {f"worker-{each.pk}": each for each in workers}, year, user
        for name, worker in self.workers.items():
            known = next((row.grade for row in worker.appraisals.all() if row.year == year), "")
            self.fields[name] = forms.ChoiceField(
                label=worker.name,
                choices=[*([] if known else [("", "未登记")]), *Appraisal.Grade.choices],
                initial=known,
                required=False,
                widget=forms.Select(attrs={"aria-label": f"{worker.name}的考核等次"}),
            )

    @property
    def rows(self):
        return [{"worker": worker, "field": self[name]} for name, worker in self.workers.items()]

    def run(self):
        """How many changed; None with what was refused above the sheet."""
        grades = {worker: grade for name, worker in self.workers.items() if (grade := self.cleaned_data.get(name))}
        try:
            return services.record_appraisals(grades, year=self.year, actor=self.user)
        except PermissionDenied as error:
            self.add_error(None, str(error))
        except ValidationError as error:
            self.add_error(None, ValidationError(error.messages))
        return None
