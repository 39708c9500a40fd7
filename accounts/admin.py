"""Accounts, messages and the trails of who did what. UserAdmin gets its posts, and is registered, in organizations."""

from auditlog.models import LogEntry
from auditlog.render import get_field_verbose_name
from axes.conf import settings as axes_settings
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm

from accounts.forms import UserAddForm, UserForm
from accounts.models import Notification, PrivacyNotice
from govern.fields import blind_index, mask_phone
from govern.scoping import ScopedAdminMixin
from govern.views import number

VERBS = {"view": "查看", "add": "新增", "change": "修改", "delete": "删除"}


def permission_words(permission):
    """Django stores "Can add 用户"; our own permissions are stored in the words they are shown in."""
    verb, _, model = permission.codename.partition("_")
    if verb in VERBS and model == permission.content_type.model:
        return VERBS[verb]
    return permission.name


class ReadOnlyAdminMixin:
    """Rows that the platform writes and people read."""

    actions = None

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class LabelledCellsMixin:
    """For tabular inlines: a cell has a heading and no label, so that the input says itself what it is."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            field.widget.attrs["aria-label"] = field.label
        return field


class PersonalAdminMixin:
    """For ModelAdmin of people with a `phone`, before ScopedAdminMixin: masked wherever it is read, shown in full by a
    click that is written down, found only whole; the form is a KeptPhoneMixin.
    """

    def get_object(self, request, object_id, from_field=None):
        row = super().get_object(request, object_id, from_field)
        row.is_revealable = request.user.has_perm("accounts.reveal_personal")
        return row

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        names = ["phone_on_file", "phone"] if self.has_change_permission(request, obj) else ["phone_on_file"]
        return [
            (title, {**options, "fields": [each for name in options["fields"] for each in _instead(name, names)]})
            for title, options in fieldsets
        ]

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), "phone_on_file"]

    @admin.display(description="手机号")
    def phone_on_file(self, row):
        if not row.phone:
            return "（未填写）"
        options = row._meta
        context = {
            "row": row,
            "here": reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[row.pk]),
            "url": reverse("accounts:reveal", args=[options.app_label, options.model_name, row.pk, "phone"]),
        }
        return render_to_string("admin/accounts/_phone_on_file.html", context)

    def get_search_results(self, request, queryset, search_term):
        digits = search_term.strip()
        if len(digits) == 11 and digits.isdigit():
            return queryset.filter(phone_index=blind_index(digits)), False
        return super().get_search_results(request, queryset, search_term)


def _instead(name, names):
    return names if name == "phone" else [name]


class UserAdmin(PersonalAdminMixin, ScopedAdminMixin, DjangoUserAdmin, ModelAdmin):
    form = UserForm
    add_form = UserAddForm
    change_password_form = AdminPasswordChangeForm
    fieldsets = [
        (None, {"fields": ["username", "name", "phone", "is_active"]}),
        ("记录", {"fields": ["joined_at", "last_login"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "name", "phone", "password1", "password2"]})]
    readonly_fields = ["joined_at", "last_login"]
    list_display = ["username", "name", "masked_phone", "is_active", "last_login"]
    list_filter = ["is_active"]
    list_per_page = 50
    search_fields = ["username", "name"]
    search_help_text = "用户名、姓名，或完整手机号"
    filter_horizontal = []
    ordering = ["username"]
    actions = None
    actions_detail = ["reset_password"]

    def has_change_permission(self, request, obj=None):
        # Whoever sets the password of an account without limits has no limits.
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_reset_permission(self, request, object_id=None):
        return request.user.has_perm("accounts.change_user")

    @action(description="重设密码", url_path="reset-password", icon="key", permissions=["reset"])
    def reset_password(self, request, object_id):
        return redirect("admin:auth_user_password_change", object_id)


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdminMixin, ScopedAdminMixin, ModelAdmin):
    fields = ["created_at", "text", "read_at"]
    list_display = ["text", "created_at", "read_at"]
    list_per_page = 50

    def get_queryset(self, request):
        return super().get_queryset(request).filter(recipient=request.user)  # a superuser's too: an inbox is one's own


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(ScopedAdminMixin, ModelAdmin):
    fields = ["version", "effective_on", "body"]
    list_display = ["version", "effective_on"]
    list_per_page = 50

    def has_change_permission(self, request, obj=None):
        # Residents agreed to the words as they stood: what is in force stays, a new text is a new version.
        if obj is not None and obj.effective_on <= timezone.localdate():
            return False
        return super().has_change_permission(request, obj)

    has_delete_permission = ReadOnlyAdminMixin.has_delete_permission


# --- Trails -----------------------------------------------------------------------------------------------------------
# Their rows belong to the installation. Only roles that cover it may hold these rights (organizations.forms.RoleForm).


def model_words(content_type):
    model = content_type.model_class()
    return str(model._meta.verbose_name) if model else content_type.model


class ModelFilter(admin.SimpleListFilter):
    title = "类型"
    parameter_name = "model"

    def lookups(self, request, model_admin):
        used = ContentType.objects.filter(pk__in=LogEntry.objects.order_by().values("content_type").distinct())
        return sorted(((row.pk, model_words(row)) for row in used), key=lambda pair: pair[1])

    def queryset(self, request, queryset):
        value = number(self.value())
        return queryset if value is None else queryset.filter(content_type=value)


def own_changes(entry):
    """{name: change} of the row's own fields; auditlog writes the empty reverse relations of a new row down, too."""
    model = entry.content_type.model_class()
    own = {field.name for field in [*model._meta.fields, *model._meta.many_to_many]} if model else set()
    return {name: change for name, change in (entry.changes_dict or {}).items() if name in own and name != "id"}


def changed_fields(entry):
    """[(what, before, after)] of an audit row, in the words of the forms."""
    rows = []
    for name, change in own_changes(entry).items():
        label = get_field_verbose_name(entry, name)
        if isinstance(change, dict):
            sign = {"add": "加上", "delete": "去掉"}.get(change.get("operation"), "")
            rows.append((label, "", f"{sign} {'、'.join(map(_plain, change.get('objects', [])))}"))
        else:
            before, after = ("" if value in ("None", None) else _plain(value) for value in change)
            rows.append((label, before, after))
    return rows


def _plain(value):
    for word, verb in {"Can view ": "查看", "Can add ": "新增", "Can change ": "修改", "Can delete ": "删除"}.items():
        value = str(value).replace(word, verb)
    return {"True": "是", "False": "否"}.get(value, value)


admin.site.unregister([LogEntry, AccessAttempt, AccessFailureLog, AccessLog, Group])


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdminMixin, ModelAdmin):
    fields = ["timestamp", "who", "address", "what", "kind", "object_repr", "changes_table"]
    readonly_fields = ["who", "address", "what", "kind", "changes_table"]
    list_display = ["timestamp", "who", "what", "kind", "object_repr", "changed"]
    list_filter = ["action", ModelFilter]
    list_select_related = ["content_type", "actor"]
    list_per_page = 50
    date_hierarchy = "timestamp"
    search_fields = ["object_repr", "actor__username", "actor__name"]
    search_help_text = "对象名称、操作人"
    ordering = ["-timestamp", "-pk"]

    @admin.display(description="操作人", ordering="actor")
    def who(self, entry):
        return str(entry.actor) if entry.actor else "系统"

    @admin.display(description="来源地址")
    def address(self, entry):
        return entry.remote_addr or "—"

    @admin.display(description="操作", ordering="action")
    def what(self, entry):
        return {0: "新增", 1: "修改", 2: "删除", 3: "查看完整信息"}[entry.action]

    @admin.display(description="类型", ordering="content_type")
    def kind(self, entry):
        return model_words(entry.content_type)

    @admin.display(description="改动")
    def changed(self, entry):
        if entry.action == LogEntry.Action.ACCESS:
            return self._revealed(entry)
        names = [get_field_verbose_name(entry, name) for name in own_changes(entry)]
        return "、".join(names[:4]) + (f" 等 {len(names)} 项" if len(names) > 4 else "")

    @admin.display(description="改动")
    def changes_table(self, entry):
        if entry.action == LogEntry.Action.ACCESS:
            return self._revealed(entry)
        rows = changed_fields(entry)
        if not rows:
            return "—"
        body = format_html_join(
            "",
            '<tr><td data-label="项目">{}</td><td data-label="原为">{}</td><td data-label="改为">{}</td></tr>',
            ((label, before or "—", after or "—") for label, before, after in rows),
        )
        return format_html(
            '<div class="gv"><div class="table-wrap"><table class="table stack"><thead><tr><th>项目</th><th>原为</th>'
            "<th>改为</th></tr></thead><tbody>{}</tbody></table></div></div>",
            body,
        )

    def _revealed(self, entry):
        field = (entry.additional_data or {}).get("field")
        return get_field_verbose_name(entry, field) if field else "—"


def _name_of(row):
    """Whoever signs in by phone leaves the phone as the name."""
    name = row.username or "—"
    return mask_phone(name) if len(name) == 11 and name.isdigit() else name


def _say(row):
    return f"{_name_of(row)} {date_format(timezone.localtime(row.attempt_time), 'Y-m-d H:i')}"


for model in (AccessAttempt, AccessFailureLog, AccessLog):
    model.__str__ = _say  # theirs is English, and no setting or catalogue reaches it


class SignInAdmin(ReadOnlyAdminMixin, ModelAdmin):
    list_per_page = 50
    date_hierarchy = "attempt_time"
    search_fields = ["username", "ip_address"]
    search_help_text = "用户名、来源地址"

    @admin.display(description="用户名", ordering="username")
    def name(self, row):
        return _name_of(row)

    @admin.display(description="浏览器")
    def browser(self, row):
        return row.user_agent[:60]


class LockedFilter(admin.SimpleListFilter):
    title = "是否锁定"
    parameter_name = "locked"

    def lookups(self, request, model_admin):
        return [("yes", "已锁定"), ("no", "未锁定")]

    def queryset(self, request, queryset):
        limit = axes_settings.AXES_FAILURE_LIMIT
        match self.value():
            case "yes":
                return queryset.filter(failures_since_start__gte=limit)
            case "no":
                return queryset.filter(failures_since_start__lt=limit)
        return queryset


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SignInAdmin):
    """Failures that still count. To delete the row is to unlock."""

    actions = ["unlock"]
    fields = ["attempt_time", "name", "ip_address", "failures_since_start", "state", "browser"]
    readonly_fields = ["name", "state", "browser"]
    list_display = ["attempt_time", "name", "ip_address", "failures_since_start", "state"]
    list_filter = [LockedFilter]

    def has_delete_permission(self, request, obj=None):
        return ModelAdmin.has_delete_permission(self, request, obj)

    @admin.display(description="状态")
    def state(self, row):
        left = axes_settings.AXES_FAILURE_LIMIT - row.failures_since_start
        return f"还可试 {left} 次" if left > 0 else "已锁定"

    @admin.action(description="解除锁定", permissions=["delete"])
    def unlock(self, request, queryset):
        for row in queryset:
            self.log_deletions(request, [row])
        count = queryset.count()
        queryset.delete()
        self.message_user(request, f"已解除 {count} 条锁定，可以重新登录。")

    def get_actions(self, request):
        return {name: each for name, each in super().get_actions(request).items() if name != "delete_selected"}


@admin.register(AccessFailureLog)
class AccessFailureLogAdmin(SignInAdmin):
    fields = ["attempt_time", "name", "ip_address", "locked_out", "browser"]
    readonly_fields = ["name", "browser"]
    list_display = ["attempt_time", "name", "ip_address", "locked_out"]
    list_filter = ["locked_out"]


@admin.register(AccessLog)
class AccessLogAdmin(SignInAdmin):
    fields = ["attempt_time", "logout_time", "name", "ip_address", "browser"]
    readonly_fields = ["name", "browser"]
    list_display = ["attempt_time", "logout_time", "name", "ip_address", "browser"]
