from cadres.models.grades import Appraisal, GradeEntry
from cadres.models.pay import Allowance, PayLevel, PayTable
from cadres.models.schemes import QualificationBonus, Rulebook, Scheme, Track, TrackRange
from cadres.models.simulations import Simulation, SimulationLine
from cadres.models.workers import CommunityWorker, Interruption, Placement, Qualification, WorkerEvent

__all__ = [
    "Allowance",
    "Appraisal",
    "CommunityWorker",
    "GradeEntry",
    "Interruption",
    "PayLevel",
    "PayTable",
    "Placement",
    "Qualification",
    "QualificationBonus",
    "Rulebook",
    "Scheme",
    "Simulation",
    "SimulationLine",
    "Track",
    "TrackRange",
    "WorkerEvent",
]
