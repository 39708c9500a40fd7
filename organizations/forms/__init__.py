from organizations.forms.agreements import AgreementForm, TerminateForm
from organizations.forms.leadership import LeadershipTermForm
from organizations.forms.organizations import OrganizationAddForm, OrganizationForm
from organizations.forms.parameters import ParameterValueForm
from organizations.forms.posts import PostForm, PostFormSet, RoleForm, offered_permissions, permission_label

__all__ = [
    "AgreementForm",
    "LeadershipTermForm",
    "OrganizationAddForm",
    "OrganizationForm",
    "ParameterValueForm",
    "PostForm",
    "PostFormSet",
    "RoleForm",
    "TerminateForm",
    "offered_permissions",
    "permission_label",
]
