from cadres.admin.ledger import GradeEntryAdmin
from cadres.admin.schemes import PayTableAdmin, RulebookAdmin, SchemeAdmin
from cadres.admin.simulations import SimulationAdmin
from cadres.admin.workers import CommunityWorkerAdmin

__all__ = [
    "CommunityWorkerAdmin",
    "GradeEntryAdmin",
    "PayTableAdmin",
    "RulebookAdmin",
    "SchemeAdmin",
    "SimulationAdmin",
]
