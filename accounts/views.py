from django.apps import apps
from django.contrib import messages
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import ListView

from accounts.models import Notification, SavedFilter
from accounts.services import reveal
from govern.context import PHONE_BACKEND
from govern.scoping import ScopedViewMixin, is_scoped
from govern.views import client_address


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": "用户名（手机号）或密码不对，请再试一次。连续输错会暂时锁定。",
        "inactive": "这个账号已停用，请联系安全管理员。",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "用户名或手机号"


class LoginView(auth_views.LoginView):
    template_name = "accounts/user_login.html"
    form_class = SignInForm
    redirect_authenticated_user = True


class HomeView(LoginRequiredMixin, View):
    """Each to the own place: staff to the workplace, supervisors to the dashboards, volunteers to their page, everybody
    else to the desk.
    """

    def get(self, request):
        if request.session.get(BACKEND_SESSION_KEY) == PHONE_BACKEND:
            return redirect("me:home")
        if request.user.is_staff:
            return redirect("admin:index")
        if request.user.has_perm("checklists.supervise_need"):
            return redirect("dashboards:home")
        return redirect("desk:home")


class NotificationListView(LoginRequiredMixin, ScopedViewMixin, ListView):
    model = Notification
    paginate_by = 20


class NotificationReadView(LoginRequiredMixin, View):
    """Opening a message marks it read and leads to what it is about."""

    def post(self, request, pk):
        row = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
        Notification.objects.filter(pk=row.pk, read_at=None).update(read_at=timezone.now())
        return HttpResponseRedirect(row.link or request.path)


class SavedFilterCreateView(LoginRequiredMixin, View):
    """Keep the query string of a list of the workplace under a name; the same name again replaces it."""

    def post(self, request):
        path, name, query = (request.POST.get(key, "").strip() for key in ("path", "name", "query"))
        if not path.startswith("/admin/") or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
            raise Http404
        if not name or len(name) > 20 or len(path) > 100 or len(query) > 500 or "\x00" in path + name + query:
            messages.error(request, "名称要填 1 到 20 个字。")
        else:
            SavedFilter.objects.update_or_create(user=request.user, path=path, name=name, defaults={"query": query})
            messages.success(request, f"已保存常用筛选“{name}”。")
        return HttpResponseRedirect(f"{path}?{query}")


class SavedFilterDeleteView(LoginRequiredMixin, View):
    def post(self, request, pk):
        row = get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)
        row.delete()
        messages.success(request, f"已删除常用筛选“{row.name}”。")
        return HttpResponseRedirect(row.path)


@method_decorator(never_cache, name="dispatch")
class RevealView(LoginRequiredMixin, View):
    """The full value of one encrypted field, after the click is written down: a fragment for htmx, else a message."""

    def post(self, request, app_label, model, pk, field):
        try:
            model = apps.get_model(app_label, model)
        except LookupError as error:
            raise Http404 from error
        if not is_scoped(model):
            raise Http404
        row = get_object_or_404(model._default_manager.revealable_to(request.user), pk=pk)
        try:
            value = reveal(row, field, actor=request.user, remote_addr=client_address(request))
        except LookupError as error:
            raise Http404 from error
        # Rendered at once and never stored: a message would leave the plain value in a cookie.
        back = request.POST.get("next", "")
        allowed = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
        template = "accounts/_revealed.html" if request.htmx else "accounts/revealed.html"
        return render(
            request,
            template,
            {
                "label": row._meta.get_field(field).verbose_name,
                "value": value,
                "is_phone": "phone" in field,
                "back": back if allowed else "/accounts/",
            },
        )
