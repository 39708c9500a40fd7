"""A need in its resident's hands: filed, followed, added to, taken back, rated. `visits` says who may see it."""

from checklists.views.needs.acts import NeedRateView, NeedReopenView, NeedSupplementView, NeedWithdrawView
from checklists.views.needs.filing import NeedCreateView, NeedQuestionsView
from checklists.views.needs.following import NeedFollowView
from checklists.views.needs.photos import NeedPhotoView
from checklists.views.needs.places import NeedPlacesView
from checklists.views.needs.receipts import NeedDetailView, NeedReceiptView

__all__ = [
    "NeedCreateView",
    "NeedDetailView",
    "NeedFollowView",
    "NeedPhotoView",
    "NeedPlacesView",
    "NeedQuestionsView",
    "NeedRateView",
    "NeedReceiptView",
    "NeedReopenView",
    "NeedSupplementView",
    "NeedWithdrawView",
]
