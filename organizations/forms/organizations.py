from django import forms
from django.core.exceptions import PermissionDenied, ValidationError

from organizations.models import Organization
from organizations.services import correct_organization, found_organization


class ServiceFormMixin:
    """A model form whose row is written by a service, as the last step of its validation: what the service refuses
    stands beside its field. The admin's transaction is around it, so that nothing half-done stays.
    """

    actor = None  # set on the class that the admin makes for one request
    out_of_reach = "不在您的管辖范围内。"

    def _post_clean(self):
        if self.errors:
            return
        try:
            self.instance = self.write(self.cleaned_data)
        except PermissionDenied:
            self.add_error("parent" if "parent" in self.fields else None, self.out_of_reach)
        except ValidationError as error:
            for field, messages in self._by_field(error).items():
                self.add_error(field if field in self.fields else None, messages)

    def _by_field(self, error):
        return error.error_dict if hasattr(error, "error_dict") else {None: error.error_list}

    def write(self, cleaned):
        raise NotImplementedError


class OrganizationAddForm(ServiceFormMixin, forms.ModelForm):
    out_of_reach = "请选择您管辖范围内的上级党组织。"

    class Meta:
        model = Organization
        fields = ["parent", "kind", "name", "trade", "founded_on"]

    def write(self, cleaned):
        return found_organization(**cleaned, actor=self.actor)


class OrganizationForm(ServiceFormMixin, forms.ModelForm):
    """What was written down wrongly. A new name, another kind or another parent has a paper and a day: an act."""

    class Meta:
        model = Organization
        fields = ["name", "trade", "founded_on", "is_active"]

    def write(self, cleaned):
        return correct_organization(self.instance, actor=self.actor, **cleaned)
