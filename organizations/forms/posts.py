from django import forms
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from accounts.admin import VERBS, permission_words
from organizations.models import Post, Role

# Rights on what belongs to the whole installation: their models show every row to whoever holds the right.
INSTALLATION_MODELS = {
    "accounts": {"user"},
    "organizations": {"role", "parameter", "parametervalue"},
    "auditlog": {"logentry"},
    "axes": {"accessattempt", "accessfailurelog", "accesslog"},
}


def offered_permissions():
    """The rights that some page of the platform asks for."""
    own = Q(
        content_type__app_label__in=[
            "accounts",
            "organizations",
            "cadres",
            "grids",
            "volunteers",
            "checklists",
            "patrols",
            "deliberations",
        ]
    )
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
