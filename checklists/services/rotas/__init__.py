"""轮值: the rota is made, its turns are swapped, handed over and reminded of. `at` is the clock (now)."""

from checklists.services.rotas.handovers import can_hand_over, draft_handover, hand_over, remind_turn
from checklists.services.rotas.planning import agreement_for, make_rota, plan_rota, replace_unit, slots_of
from checklists.services.rotas.swaps import agree_swap, change_status, propose_swap, refuse_swap, withdraw_swap

__all__ = [
    "agree_swap",
    "agreement_for",
    "can_hand_over",
    "change_status",
    "draft_handover",
    "hand_over",
    "make_rota",
    "plan_rota",
    "propose_swap",
    "refuse_swap",
    "remind_turn",
    "replace_unit",
    "slots_of",
    "withdraw_swap",
]
