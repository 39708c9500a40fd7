"""Who works where, as what; and the account that holds the posts."""

from django.contrib import admin
from django.db.models import Count, Prefetch, Q
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline

from accounts.admin import LabelledCellsMixin, UserAdmin
from accounts.models import User
from govern.exports import ExportAdminMixin
from govern.scoping import ScopedAdminMixin, ScopedFieldsMixin, ScopedRelatedFilter
from organizations.forms import PostForm, PostFormSet, RoleForm, offered_permissions, permission_label
from organizations.models import Post, Role
from organizations.resources import PostResource


class PostInline(LabelledCellsMixin, ScopedFieldsMixin, TabularInline):
    model = Post
    formset = PostFormSet
    fields = ["role", "organization", "starts_on", "ends_on"]
    autocomplete_fields = ["organization"]
    extra = 0


@admin.register(User)
class AccountAdmin(UserAdmin):
    inlines = [PostInline]
    list_display = ["username", "name", "masked_phone", "current_posts", "is_active", "last_login"]

    def get_queryset(self, request):
        current = Post.objects.current().select_related("role", "organization")
        return super().get_queryset(request).prefetch_related(Prefetch("posts", current, to_attr="posts_today"))

    @admin.display(description="现任")
    def current_posts(self, user):
        return "；".join(f"{post.organization or '全平台'} {post.role}" for post in user.posts_today) or "—"


@admin.register(Role)
class RoleAdmin(ScopedAdminMixin, ModelAdmin):
    """Shipped by migrations: how far a role reaches and whether it audits is not for changing."""

    form = RoleForm
    fields = ["name", "reach", "is_auditing", "permissions"]
    readonly_fields = ["reach", "is_auditing", "granted"]
    list_display = ["name", "reach", "is_auditing", "holders"]
    ordering = ["pk"]
    actions = None

    def get_queryset(self, request):
        today = timezone.localdate()
        current = Q(posts__starts_on__lte=today) & (Q(posts__ends_on=None) | Q(posts__ends_on__gte=today))
        return super().get_queryset(request).annotate(holder_count=Count("posts", filter=current))

    def get_fields(self, request, obj=None):
        # Who only looks is shown words: read-only, Django would print the rows' own English names.
        if self.has_change_permission(request, obj):
            return self.fields
        return [*self.fields[:-1], "granted"]

    @admin.display(description="权限")
    def granted(self, role):
        return "、".join(permission_label(row) for row in offered_permissions().filter(roles=role)) or "—"

    @admin.display(description="现任人数", ordering="holder_count")
    def holders(self, role):
        return role.holder_count

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Post)
class PostAdmin(ScopedAdminMixin, ExportAdminMixin, ModelAdmin):
    form = PostForm
    resource_classes = [PostResource]
    fields = ["user", "role", "organization", "starts_on", "ends_on"]
    autocomplete_fields = ["user", "organization"]
    list_display = ["user", "role", "where", "starts_on", "ends_on"]
    list_select_related = ["user", "role", "organization"]
    list_filter = [("role", ScopedRelatedFilter), "starts_on"]
    list_per_page = 50
    search_fields = ["user__name", "user__username", "organization__name"]
    search_help_text = "姓名、用户名、党组织"

    @admin.display(description="党组织", ordering="organization")
    def where(self, post):
        return post.organization or "全平台"
