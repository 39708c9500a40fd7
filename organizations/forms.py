from django import forms
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from accounts.admin import VERBS, permission_words
from accounts.forms import KeptPhoneMixin
from govern.scoping import ScopedFormMixin
from organizations.models import Agreement, LeadershipTerm, Organization, ParameterValue, Post, Role
from organizations.services import correct_organization, found_organization, move_organization, terminate_agreement


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


class ParentField(forms.ModelChoiceField):
    def label_from_instance(self, row):
        return f"{row.parent}／{row}" if row.parent_id else str(row)


class MoveForm(ScopedFormMixin, forms.Form):
    """Under which other organization `organization` hangs from now on, with all below it."""

    parent = ParentField(
        label="新的上级",
        queryset=Organization.objects.none(),
        empty_label="请选择",
        error_messages={
            "required": "请选择新的上级。",
            "invalid_choice": "只能移到您管辖范围内、高一级的党组织之下。",
        },
    )

    def __init__(self, *args, organization, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.organization = organization
        self.fields["parent"].queryset = (
            Organization.objects.editable_by(user)
            .at_tier(organization.tier - 1)
            .exclude(pk=organization.parent_id)
            .select_related("parent")
        )

    def clean(self):
        if parent := self.cleaned_data.get("parent"):
            try:
                self.organization = move_organization(self.organization, parent=parent, actor=self.user)
            except ValidationError as error:
                self.add_error(None if not hasattr(error, "error_dict") else "parent", error.messages)


class LeadershipTermForm(KeptPhoneMixin, forms.ModelForm):
    class Meta:
        model = LeadershipTerm
        fields = ["organization", "name", "position", "phone", "starts_on", "ends_on"]


# Rights on what belongs to the whole installation: their models show every row to whoever holds the right.
INSTALLATION_MODELS = {
    "accounts": {"user"},
    "organizations": {"role", "parameter", "parametervalue"},
    "auditlog": {"logentry"},
    "axes": {"accessattempt", "accessfailurelog", "accesslog"},
}


def offered_permissions():
    """The rights that some page of the platform asks for."""
    own = Q(content_type__app_label__in=["accounts", "organizations", "grids", "checklists"])
    trails = Q(content_type__app_label__in=["auditlog", "axes"], codename__startswith="view_") & ~Q(
        content_type__model="accessattemptexpiration"
    )
    unlock = Q(codename="delete_accessattempt")
    rows = Permission.objects.filter(own | trails | unlock).select_related("content_type")
    return rows.order_by("content_type__app_label", "content_type__model", "pk")


def permission_label(permission):
    model = permission.content_type.model_class()
    words = permission_words(permission)
    return f"{model._meta.verbose_name}：{words}" if model and words in VERBS.values() else words


class PermissionField(forms.ModelMultipleChoiceField):
    widget = UnfoldAdminCheckboxSelectMultipleWidget

    def label_from_instance(self, permission):
        return permission_label(permission)


class RoleForm(forms.ModelForm):
    permissions = PermissionField(label="权限", queryset=Permission.objects.none(), required=False)

    class Meta:
        model = Role
        fields = ["name", "permissions"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "permissions" in self.fields:
            self.fields["permissions"].queryset = offered_permissions()

    def clean_permissions(self):
        """Auditors look and do nothing; a local role holds no right whose rows have no place."""
        chosen = self.cleaned_data["permissions"]
        writing = [row for row in chosen if not row.codename.startswith("view_") and row.codename != "use_workplace"]
        if self.instance.is_auditing and writing:
            raise ValidationError(f"审计类角色只能查看，请去掉：{self._named(writing)}。")
        trails = [row for row in chosen if row.content_type.app_label == "auditlog"]
        if not self.instance.is_auditing and trails:
            raise ValidationError(f"只有审计类角色能看操作日志，请去掉：{self._named(trails)}。")
        wide = [
            row for row in chosen if row.content_type.model in INSTALLATION_MODELS.get(row.content_type.app_label, ())
        ]
        wide = [row for row in wide if row.codename.split("_")[0] in VERBS]
        if self.instance.reach != Role.Reach.INSTALLATION and wide:
            raise ValidationError(
                f"这些权限管到整个平台，不能给“{self.instance.get_reach_display()}”的角色：{self._named(wide)}。"
            )
        return chosen

    def _named(self, rows):
        return "、".join(self.fields["permissions"].label_from_instance(row) for row in rows)


class PostFormSet(forms.BaseInlineFormSet):
    """Each post is valid by itself; together they must be, too: none of them is saved while the others are judged."""

    def clean(self):
        super().clean()
        today = timezone.localdate()
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        kinds = {
            row["role"].is_auditing
            for row in kept
            if row.get("role") and (not row.get("ends_on") or row["ends_on"] >= today)
        }
        if len(kinds) > 1:
            raise ValidationError("审计员不得兼任其他角色。")


class PostForm(forms.ModelForm):
    class Meta:
        model = Post
        fields = ["user", "role", "organization", "starts_on", "ends_on"]


class ParameterValueForm(forms.ModelForm):
    class Meta:
        model = ParameterValue
        fields = ["value", "effective_on"]

    def clean_effective_on(self):
        day = self.cleaned_data["effective_on"]
        if day < timezone.localdate():
            raise ValidationError("生效日期不能早于今天：过去的决定要按当时的数值解释。")
        return day


class AgreementForm(forms.ModelForm):
    class Meta:
        model = Agreement
        fields = [
            "number",
            "organization",
            "unit",
            "signed_on",
            "starts_on",
            "ends_on",
            "community_head",
            "unit_head",
            "community_duties",
            "unit_duties",
            "deeds",
        ]
        widgets = {
            name: UnfoldAdminTextareaWidget(attrs={"rows": 4}) for name in ("community_duties", "unit_duties", "deeds")
        }
        error_messages = {
            "number": {"required": "请填协议编号。"},
            "unit": {"required": "请选择单位。"},
            "organization": {"required": "请选择社区党组织。"},
            "signed_on": {"required": "请填签订日期。"},
            "starts_on": {"required": "请填期限起。"},
            "ends_on": {"required": "请填期限止。"},
        }

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "期限止不能早于期限起。")
        return cleaned


class TerminateForm(forms.Form):
    """终止 of `agreement`, with its reason."""

    on = forms.DateField(
        label="从哪天起终止",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选择日期。", "invalid": "请填写日期，如 2026-12-31。"},
    )
    reason = forms.CharField(
        label="终止的原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="单位的联络员会看到。",
        error_messages={"required": "请写明终止的原因。", "max_length": "最多 200 个字。"},
    )

    def __init__(self, *args, agreement, user, **kwargs):
        self.agreement, self.user = agreement, user
        super().__init__(*args, initial={"on": timezone.localdate()}, **kwargs)

    def run(self):
        try:
            return terminate_agreement(self.agreement, actor=self.user, **self.cleaned_data)
        except ValidationError as error:
            self.add_error(None, error)
            return None
