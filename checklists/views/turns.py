"""轮值与活动, on a unit's desk: when we lead, who wants to swap, what we hand over."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import FormView, TemplateView

from checklists.activity_story import TONES
from checklists.forms.rotas import HandoverForm, SwapForm
from checklists.models import Turn, TurnSwap
from checklists.rota_story import rows_of, swaps_of
from checklists.services import rotas
from checklists.services.rotas.handovers import next_turn
from checklists.services.rotas.telling import span
from checklists.views.activities.led import coming_and_past
from organizations.models import Agreement, Unit
from organizations.parameters import parameter

PAST = 3


def my_turns(user):
    """The turns of the units that `user` answers for."""
    return (
        Turn.objects.visible_to(user)
        .of_liaison(user, "checklists.view_turn")
        .select_related("unit", "agreement", "rota__community")
    )


class TurnListView(LoginRequiredMixin, TemplateView):
    template_name = "desk/turn_list.html"

    def get_context_data(self, **kwargs):
        user, today = self.request.user, timezone.localdate()
        units = list(Unit.objects.of_liaison(user, "checklists.view_turn"))
        turns = my_turns(user).order_by("starts_on", "pk")
        ended = list(turns.ended(today).order_by("-starts_on")[:PAST])[::-1]
        rows = rows_of([*ended, *turns.filter(ends_on__gte=today)], today)
        early = parameter("turn_reminder_days")
        swaps = TurnSwap.objects.visible_to(user)
        open_swaps = swaps_of(swaps.open())
        mine = {unit.pk for unit in units}
        for line in open_swaps:
            line["is_to_answer"] = self._is_to_answer(line["swap"], mine)
            line["is_own"] = line["swap"].proposed_by_id == user.pk
        busy = {pk for line in open_swaps for pk in (line["swap"].turn_id, line["swap"].other_turn_id)}
        for row in rows:
            turn = row["turn"]
            row["can_hand_over"] = (
                turn.handed_over_at is None and turn.starts_on <= today and (turn.ends_on - today).days <= early
            )
            row["can_swap"] = row["is_ahead"] and turn.pk not in busy
            row["note"] = self._received(turn, today) if row["is_now"] or row["is_ahead"] else None
        coming, past = coming_and_past(user)
        for activity in (*(coming := list(coming)), *(past := list(past))):
            activity.tone = TONES[activity.status]
        return super().get_context_data(
            units=units,
            rows=rows,
            swaps=open_swaps,
            is_asked=any(line["is_to_answer"] for line in open_swaps),
            closed_swaps=swaps_of(swaps.exclude(status=TurnSwap.Status.PROPOSED)[:5]),
            coming=coming,
            past=past,
            agreements=Agreement.objects.filter(unit__in=units).in_force().select_related("organization"),
            can_plan=Unit.objects.of_liaison(user, "checklists.change_activity").exists(),
            **kwargs,
        )

    @staticmethod
    def _is_to_answer(swap, mine):
        sides = [(swap.turn.unit_id, swap.agreed_at), (swap.other_turn.unit_id, swap.other_agreed_at)]
        return any(unit in mine and agreed_at is None for unit, agreed_at in sides)

    @staticmethod
    def _received(turn, today):
        """What the unit before handed over to the turn that runs or comes next."""
        if (turn.starts_on - today).days > 31:
            return None
        before = Turn.objects.of_community(turn.rota.community_id).filter(ends_on__lt=turn.starts_on)
        return before.exclude(handover_note="").select_related("unit").order_by("-ends_on").first()


class TurnDetailView(LoginRequiredMixin, TemplateView):
    """What was handed over: read by every unit on the rota and the community."""

    template_name = "desk/turn_detail.html"

    def get_context_data(self, pk, **kwargs):
        rows = Turn.objects.visible_to(self.request.user).select_related("unit", "rota__community")
        turn = get_object_or_404(rows, pk=pk)
        return super().get_context_data(turn=turn, span=span(turn), follower=next_turn(turn), **kwargs)


class OwnTurnMixin(LoginRequiredMixin):
    @cached_property
    def turn(self):
        return get_object_or_404(my_turns(self.request.user), pk=self.kwargs["pk"])

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "turn": self.turn, "user": self.request.user}

    def form_valid(self, form):
        if form.run() is None:
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return redirect("desk:turn_list")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(turn=self.turn, span=span(self.turn), **kwargs)


class TurnSwapProposeView(OwnTurnMixin, FormView):
    form_class, template_name = SwapForm, "desk/turn_swap.html"
    done = "已发给对方单位和社区。对方同意后，轮值表会自动改好。"


class TurnHandOverView(OwnTurnMixin, FormView):
    form_class, template_name = HandoverForm, "desk/turn_hand_over.html"
    done = "已交接，下一个单位和社区都收到了消息。"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and request.method == "GET" and not rotas.can_hand_over(self.turn):
            words = "这一期已经交接过。" if self.turn.handed_over_at else "还没到交接的时候，轮值期快结束时再来。"
            messages.info(request, words)
            return redirect("desk:turn_list")
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"note": rotas.draft_handover(self.turn)}


class SwapActView(LoginRequiredMixin, View):
    """A verb on a swap without words; what an old page asks for is answered kindly."""

    verb, done = None, ""

    def get(self, request, pk):
        self.swap_of(request, pk)
        return redirect("desk:turn_list")

    def swap_of(self, request, pk):
        rows = TurnSwap.objects.visible_to(request.user).select_related("turn", "other_turn")
        return get_object_or_404(rows, pk=pk)

    def post(self, request, pk):
        swap = self.swap_of(request, pk)
        try:
            swap = type(self).verb(swap, actor=request.user, **self.words())
            messages.success(request, self.told(swap))
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        return redirect("desk:turn_list")

    def words(self):
        return {}

    def told(self, swap):
        return self.done


class SwapAgreeView(SwapActView):
    verb = rotas.agree_swap

    def told(self, swap):
        if swap.status == TurnSwap.Status.AGREED:
            return "换班成了，轮值表已经改好。"
        return "已记下您的同意，还等对方单位答复。"


class SwapRefuseView(SwapActView):
    verb, done = rotas.refuse_swap, "已回复对方：不换。轮值表照旧。"

    def words(self):
        return {"note": self.request.POST.get("note", "").replace("\x00", "").strip()[:200]}


class SwapWithdrawView(SwapActView):
    verb, done = rotas.withdraw_swap, "已撤回，轮值表照旧。"
