"""The residents' pages: no account, found by an unguessable receipt code, never by pk."""

from django.urls import path

from checklists.views import needs, resources

app_name = "checklists"
urlpatterns = [
    path("", resources.HomeView.as_view(), name="home"),
    path("resources/", resources.ResourceListView.as_view(), name="resource_list"),
    path("privacy/", resources.PrivacyView.as_view(), name="privacy"),
    path("needs/", needs.NeedFollowView.as_view(), name="need_follow"),
    path("needs/new/", needs.NeedCreateView.as_view(), name="need_create"),
    path("needs/new/places/", needs.NeedPlacesView.as_view(), name="need_places"),
    path("needs/new/questions/", needs.NeedQuestionsView.as_view(), name="need_questions"),
    path("needs/<str:code>/", needs.NeedDetailView.as_view(), name="need_detail"),
    path("needs/<str:code>/receipt/", needs.NeedReceiptView.as_view(), name="need_receipt"),
    path("needs/<str:code>/supplement/", needs.NeedSupplementView.as_view(), name="need_supplement"),
    path("needs/<str:code>/withdraw/", needs.NeedWithdrawView.as_view(), name="need_withdraw"),
    path("needs/<str:code>/rate/", needs.NeedRateView.as_view(), name="need_rate"),
    path("needs/<str:code>/reopen/", needs.NeedReopenView.as_view(), name="need_reopen"),
    path("needs/<str:code>/photos/<int:pk>/", needs.NeedPhotoView.as_view(), name="needphoto_detail"),
]
