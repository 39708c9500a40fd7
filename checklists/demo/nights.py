"""The last matching run of the demonstration district, and somebody's trial of other weights."""

from accounts.models import User
from checklists.models import NeedEvent
from checklists.services import runs
from checklists.services.matching import weight_settings
from grids.models import District


class Nights:
    def __init__(self, *, now):
        self.now = now

    def run(self):
        points = weight_settings()["weights"]
        patient = {**points, "urgency": points["urgency"] - 1500, "waiting": points["waiting"] + 1500}
        chief = User.objects.filter(posts__role__code="platform_admin").first()
        for district in District.objects.order_by("code"):
            for actor, options in ((NeedEvent.Party.SYSTEM, {}), (chief, {"is_trial": True, "weights": patient})):
                run = runs.start_run(district, actor=actor, at=self.now, **options)
                runs.perform_run(run, at=self.now)
