"""活动 as neighbours see and join it (public, own) and as a unit leads it (led)."""

from checklists.views.activities.led import (
    UNIT_STEPS,
    LedActivityChangeView,
    LedActivityCreateView,
    LedActivityDetailView,
    LedActivityStepView,
    LedPhotoView,
)
from checklists.views.activities.own import EnrolmentCancelView, EnrolmentDetailView, EnrolmentRateView
from checklists.views.activities.public import ActivityDetailView, ActivityListView, ActivityPhotoView

__all__ = [
    "UNIT_STEPS",
    "ActivityDetailView",
    "ActivityListView",
    "ActivityPhotoView",
    "EnrolmentCancelView",
    "EnrolmentDetailView",
    "EnrolmentRateView",
    "LedActivityChangeView",
    "LedActivityCreateView",
    "LedActivityDetailView",
    "LedActivityStepView",
    "LedPhotoView",
]
