"""One 党员: facts and story, what may be done, and where the member is sent by a transfer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views import View

from organizations.forms.members import ACTS
from organizations.forms.transfers import ProposeForm
from organizations.member_story import member_page


def page_of(pk):
    return reverse("admin:organizations_partymember_change", args=[pk])


class MemberView(View):
    """`model_admin` is the members'; a member out of reach is not there."""

    model_admin = None

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        rows = self.model_admin.get_queryset(request).select_related("branch__parent", "group")
        self.member = get_object_or_404(rows, pk=kwargs["pk"])
        self.can_change = self.model_admin.has_change_permission(request, self.member)

    def answer(self, template, *, is_refused, **context):
        base = {**self.model_admin.admin_site.each_context(self.request), "opts": self.model_admin.opts}
        path = f"admin/organizations/partymember/{template}.html"
        return TemplateResponse(self.request, path, {**base, **context}, status=422 if is_refused else 200)

    def page(self, bound=None):
        user = self.request.user
        return self.answer(
            "page",
            is_refused=bound is not None,
            title=self.member.name,
            original=self.member,
            can_edit=self.can_change and self.member.is_here,
            can_reveal=user.has_perm("accounts.reveal_personal"),
            **member_page(self.member, user, can_change=self.can_change, bound=bound),
        )


class PageView(MemberView):
    def get(self, request, pk):
        return self.page()


class ActView(MemberView):
    """One act: a POST runs the verb; what is refused comes back on the member's page with what was typed."""

    def get(self, request, pk, verb):
        return HttpResponseRedirect(page_of(pk))

    def post(self, request, pk, verb):
        act = next((each for each in ACTS if each.verb == verb), None)
        if act is None:
            raise Http404
        if not self.can_change:
            raise PermissionDenied
        if not act.is_offered(self.member):
            messages.info(request, f"“{act.label}”已经办过或不再适用，这是最新的情况。")
            return HttpResponseRedirect(page_of(pk))
        form = act(request.POST, subject=self.member, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.page(bound=form)
        messages.success(request, form.done)
        return HttpResponseRedirect(page_of(pk))


class TransferView(MemberView):
    """Begin a transfer: find the branch by its words, then choose it and say why."""

    def dispatch(self, request, *args, **kwargs):
        if not (self.can_change and request.user.has_perm("organizations.add_transfer")):
            raise PermissionDenied
        if (begun := self.member.transfers.open().first()) is not None:
            messages.info(request, "这名党员已有一件正在办理的转接。")
            return self.led(begun)
        return super().dispatch(request, *args, **kwargs)

    def led(self, transfer):
        return HttpResponseRedirect(reverse("admin:organizations_transfer_change", args=[transfer.pk]))

    def form(self, typed=None):
        query = self.request.GET.get("q", "")[:40]
        return ProposeForm(typed, member=self.member, query=query, user=self.request.user)

    def get(self, request, pk):
        return self.form_page(self.form())

    def post(self, request, pk):
        form = self.form(request.POST)
        if not (form.is_valid() and (transfer := form.run())):
            return self.form_page(form)
        messages.success(request, "已发起。下一步由转出方确认，双方都确认了才转走。")
        return self.led(transfer)

    def form_page(self, form):
        return self.answer(
            "transfer",
            is_refused=form.is_bound,
            title=f"转接“{self.member}”的组织关系",
            member=self.member,
            form=form,
            query=self.request.GET.get("q", "")[:40],
        )
