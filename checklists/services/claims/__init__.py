"""微心愿认领: a need in the hands of a team or a person, from the claim (or the offer) to the fulfilment or back.

A claim begins only where the need waits, as a dispatch does: so there is never one beside the other. For a team its
leader acts.
"""

from checklists.services.claims.appeals import close_to_claim, open_to_claim
from checklists.services.claims.running import expire, extend, fulfil, give_up, recall, release, remind, start, thank
from checklists.services.claims.starting import agree, approve, claim, decline, last_day, offer, refuse

__all__ = [
    "agree",
    "approve",
    "claim",
    "close_to_claim",
    "decline",
    "expire",
    "extend",
    "fulfil",
    "give_up",
    "last_day",
    "offer",
    "open_to_claim",
    "recall",
    "refuse",
    "release",
    "remind",
    "start",
    "thank",
]
