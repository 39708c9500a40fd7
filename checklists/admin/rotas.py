from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin

from checklists import rota_story
from checklists.forms.rotas import ProposeSwap, ReplaceUnit, RotaForm, ahead
from checklists.models import Rota, Turn, TurnSwap
from checklists.services import rotas
from checklists.services.rotas.telling import span
from govern.dates import month_start
from govern.scoping import ScopedAdminMixin, ScopedRelatedFilter
from govern.views import number
from grids.models import Community

STEPS = (ReplaceUnit, ProposeSwap)


@admin.register(Rota)
class RotaAdmin(ScopedAdminMixin, ModelAdmin):
    """轮值表: planned by the machine, looked at, saved; its page shows the turns and what may be done with them."""

    fields = ["community", "period", "starts_on", "ends_on"]
    list_display = ["community", "spanned", "period", "turn_count", "on_duty", "made_by"]
    list_display_links = ["community", "spanned"]
    list_filter = ["period", ("community", ScopedRelatedFilter)]
    list_select_related = ["community", "made_by"]
    list_per_page = 50
    search_fields = ["community__name", "turns__unit__name"]
    search_help_text = "社区、轮值单位"
    date_hierarchy = "starts_on"

    def get_queryset(self, request):
        now = Turn.objects.current().filter(rota=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(turns_total=Count("turns"), unit_now=Subquery(now.values("unit__name")[:1]))
        )

    @admin.display(description="起止", ordering="starts_on")
    def spanned(self, rota):
        return span(rota)

    @admin.display(description="期数")
    def turn_count(self, rota):
        return rota.turns_total

    @admin.display(description="今天轮值")
    def on_duty(self, rota):
        return rota.unit_now or "—"

    def has_delete_permission(self, request, obj=None):
        return False  # its turns carry activities and handovers

    def get_urls(self):
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/print/", wrap(self.print_view), name="checklists_rota_print"),
            path("<int:pk>/<slug:verb>/do/", wrap(self.step_view), name="checklists_rota_step"),
            path("swaps/<int:pk>/withdraw/", wrap(self.withdraw_view), name="checklists_turnswap_withdraw"),
            path("turns/<int:pk>/hand-over/", wrap(self.hand_over_view), name="checklists_turn_hand_over"),
            *super().get_urls(),
        ]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        return self.plan_view(request) if object_id is None else self.rota_view(request, number(object_id))

    # --- Planning -----------------------------------------------------------------------------------------------------
    def plan_view(self, request):
        """The plan is shown first; what is saved is what was shown, or it is shown again."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = RotaForm(request.POST or None, user=request.user, initial=self._next(request))
        status = 200
        if form.is_bound:
            is_sound = form.is_valid()
            if is_sound and "save" in request.POST and (rota := form.save(shown=request.POST.get("shown", ""))):
                messages.success(request, f"轮值表已保存，{len(form.plan.shares)} 个单位的联络员都收到了消息。")
                return HttpResponseRedirect(reverse("admin:checklists_rota_change", args=[rota.pk]))
            status = 200 if form.is_valid() else 422
        plan = getattr(form, "plan", None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "编制轮值表",
            "form": form,
            "plan": plan,
            "rows": [{"span": span(slot), "slot": slot} for slot in plan.slots] if plan else [],
        }
        return TemplateResponse(request, "admin/checklists/rota/plan.html", context, status=status)

    def _next(self, request):
        """The only community there is to choose, and the month after its last rota."""
        mine = list(Community.objects.allowed(request.user, "checklists.add_rota")[:2])
        if len(mine) != 1:
            return {"period": Rota.Period.QUARTER}
        last = mine[0].rotas.order_by("-ends_on").first()
        today = timezone.localdate()
        start = month_start(max(last.ends_on, today) if last else today, 1)
        period = last.period if last else Rota.Period.QUARTER
        if period == Rota.Period.QUARTER and not last:
            start = month_start(start, -(start.month - 1) % 3)
        return {"community": mine[0].pk, "period": period, "starts_on": f"{start:%Y-%m-%d}"}

    # --- The page -----------------------------------------------------------------------------------------------------
    def _rota(self, request, pk):
        rows = Rota.objects.visible_to(request.user).select_related("community", "made_by")
        return get_object_or_404(rows, pk=pk)

    def rota_view(self, request, pk, bound=None):
        rota = self._rota(request, pk)
        can_change = self.has_change_permission(request, rota)
        turns = rota_story.turns_of(rota)
        steps = []
        if can_change and ahead(rota).exists():
            steps = [bound if isinstance(bound, step) else step(subject=rota, user=request.user) for step in STEPS]
        swaps = rota_story.swaps_of(TurnSwap.objects.visible_to(request.user).touching(*turns))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": rota,
            "title": f"{rota.community} {span(rota)} 轮值表",
            "rota": rota,
            "rows": rota_story.rows_of(turns),
            "picture": rota_story.picture_of(rota, turns),
            "shares": rota_story.shares_of(turns),
            "steps": steps,
            "swaps": swaps,
            "can_change": can_change,
        }
        status = 200 if bound is None else 422
        return TemplateResponse(request, "admin/checklists/rota/page.html", context, status=status)

    def step_view(self, request, pk, verb):
        rota = self._rota(request, pk)
        step = next((each for each in STEPS if each.verb == verb), None)
        if step is None:
            raise Http404
        page = reverse("admin:checklists_rota_change", args=[pk])
        if request.method != "POST":
            return HttpResponseRedirect(page)
        if not self.has_change_permission(request, rota):
            raise PermissionDenied
        form = step(request.POST, subject=rota, user=request.user)
        if form.is_valid():
            form.run()
        if not form.is_valid():
            return self.rota_view(request, pk, bound=form)
        done = "已更换，两个单位都收到了消息。" if verb == "replace" else "已发出，等两个单位的联络员答复。"
        messages.success(request, done)
        return HttpResponseRedirect(page)

    def withdraw_view(self, request, pk):
        swap = get_object_or_404(TurnSwap.objects.visible_to(request.user).select_related("turn"), pk=pk)
        return self._act(request, swap.turn.rota_id, lambda: rotas.withdraw_swap(swap, actor=request.user), "已撤回。")

    def hand_over_view(self, request, pk):
        turn = get_object_or_404(Turn.objects.visible_to(request.user), pk=pk)
        done = "已按记录写好交接说明，交给下一个单位。"
        return self._act(request, turn.rota_id, lambda: rotas.hand_over(turn, actor=request.user), done)

    def _act(self, request, rota_pk, act, done):
        page = HttpResponseRedirect(reverse("admin:checklists_rota_change", args=[rota_pk]))
        if request.method != "POST":
            return page
        try:
            act()
            messages.success(request, done)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return page

    def print_view(self, request, pk):
        rota = self._rota(request, pk)
        context = {"rota": rota, "span": span(rota), "rows": rota_story.rows_of(rota_story.turns_of(rota))}
        return TemplateResponse(request, "admin/checklists/rota/print.html", context)
