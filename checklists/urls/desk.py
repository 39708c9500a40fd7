"""The phone pages of whoever answers for a unit or walks a grid, and the signed link that needs no account."""

from django.urls import path

from checklists.views import activities, dispatches, grabs, holdings, links, project_desk, ratings, shares, turns

app_name = "desk"
urlpatterns = [
    path("", holdings.HomeView.as_view(), name="home"),
    path("dispatches/", dispatches.DispatchListView.as_view(), name="dispatch_list"),
    path("dispatches/<int:pk>/", dispatches.DispatchDetailView.as_view(), name="dispatch_detail"),
    path("dispatches/<int:pk>/take/", dispatches.DispatchTakeView.as_view(), name="dispatch_take"),
    path("dispatches/<int:pk>/decline/", dispatches.DispatchDeclineView.as_view(), name="dispatch_decline"),
    path("dispatches/<int:pk>/start/", dispatches.DispatchStartView.as_view(), name="dispatch_start"),
    path("dispatches/<int:pk>/finish/", dispatches.DispatchFinishView.as_view(), name="dispatch_finish"),
    path("dispatches/<int:pk>/book/", dispatches.DispatchBookView.as_view(), name="dispatch_book"),
    path("dispatches/<int:pk>/feedback/", dispatches.DispatchFeedbackView.as_view(), name="dispatch_feedback"),
    path("turns/", turns.TurnListView.as_view(), name="turn_list"),
    path("turns/<int:pk>/", turns.TurnDetailView.as_view(), name="turn_detail"),
    path("turns/<int:pk>/swap/", turns.TurnSwapProposeView.as_view(), name="turn_swap"),
    path("turns/<int:pk>/hand-over/", turns.TurnHandOverView.as_view(), name="turn_hand_over"),
    path("swaps/<int:pk>/agree/", turns.SwapAgreeView.as_view(), name="turnswap_agree"),
    path("swaps/<int:pk>/refuse/", turns.SwapRefuseView.as_view(), name="turnswap_refuse"),
    path("swaps/<int:pk>/withdraw/", turns.SwapWithdrawView.as_view(), name="turnswap_withdraw"),
    path("activities/new/", activities.LedActivityCreateView.as_view(), name="activity_create"),
    path("activities/<int:pk>/", activities.LedActivityDetailView.as_view(), name="activity_detail"),
    path("activities/<int:pk>/change/", activities.LedActivityChangeView.as_view(), name="activity_change"),
    *(
        path(
            f"activities/<int:pk>/{step.verb}/",
            activities.LedActivityStepView.as_view(step=step),
            name=f"activity_{step.verb.replace('-', '_')}",
        )
        for step in activities.UNIT_STEPS
    ),
    path("activity-photos/<int:pk>/", activities.LedPhotoView.as_view(), name="activity_photo"),
    path("resources/<int:pk>/", holdings.ResourceChangeView.as_view(), name="resource_change"),
    path("resources/<int:pk>/pause/", holdings.ResourcePauseView.as_view(), name="resource_pause"),
    path("resources/<int:pk>/book/", shares.ResourceBookView.as_view(), name="resource_book"),
    path("resources/<int:pk>/except/", shares.ResourceExceptView.as_view(), name="resource_except"),
    path("resources/<int:pk>/extend/", shares.ResourceExtendView.as_view(), name="resource_extend"),
    path("bookings/<int:pk>/cancel/", shares.BookingCancelView.as_view(), name="booking_cancel"),
    path("exceptions/<int:pk>/remove/", shares.ExceptionRemoveView.as_view(), name="exception_remove"),
    path("grabs/", grabs.GrabListView.as_view(), name="grab_list"),
    path("needs/<int:pk>/grab/", grabs.NeedGrabView.as_view(), name="need_grab"),
    path("projects/", project_desk.ProjectDeskView.as_view(), name="project_list"),
    path("projects/<int:pk>/", project_desk.ProjectDeskDetailView.as_view(), name="project_detail"),
    path("projects/<int:pk>/<slug:verb>/", project_desk.ProjectDeskStepView.as_view(), name="project_step"),
    path("projects/photos/<int:pk>/", project_desk.ProjectDeskPhotoView.as_view(), name="project_photo"),
    path("ratings/", ratings.RatingListView.as_view(), name="rating_list"),
    path("ratings/<int:league>/<int:unit>/<int:year>/", ratings.RatingView.as_view(), name="rating_detail"),
    path("photos/<int:pk>/", dispatches.PhotoView.as_view(), name="photo"),
    path("d/<str:token>/", links.LinkDetailView.as_view(), name="link_detail"),
    path("d/<str:token>/take/", links.LinkTakeView.as_view(), name="link_take"),
    path("d/<str:token>/decline/", links.LinkDeclineView.as_view(), name="link_decline"),
    path("d/<str:token>/start/", links.LinkStartView.as_view(), name="link_start"),
    path("d/<str:token>/finish/", links.LinkFinishView.as_view(), name="link_finish"),
    path("d/<str:token>/book/", links.LinkBookView.as_view(), name="link_book"),
    path("d/<str:token>/feedback/", links.LinkFeedbackView.as_view(), name="link_feedback"),
    path("d/<str:token>/reveal/<slug:field>/", links.LinkRevealView.as_view(), name="link_reveal"),
    path("d/<str:token>/photos/<int:pk>/", links.LinkPhotoView.as_view(), name="link_photo"),
]
