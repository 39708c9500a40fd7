"""The residents' pages: no account, found by an unguessable receipt code, never by pk."""

from django.urls import path

from checklists.views import activities, inquiries, lists, needs, neighbours, projects, resources

app_name = "checklists"
urlpatterns = [
    path("", resources.HomeView.as_view(), name="home"),
    path("resources/", resources.ResourceListView.as_view(), name="resource_list"),
    path("resources/<int:pk>/", resources.ResourceDetailView.as_view(), name="resource_detail"),
    path("lists/", lists.ListHomeView.as_view(), name="list_home"),
    path("lists/<str:code>/<slug:checklist>/", lists.ListDetailView.as_view(), name="list_detail"),
    path("projects/", projects.ProjectListView.as_view(), name="project_list"),
    path("projects/<str:number>/", projects.ProjectDetailView.as_view(), name="project_detail"),
    path("projects/<str:number>/appraise/", projects.ProjectAppraiseView.as_view(), name="project_appraise"),
    path("projects/<str:number>/photos/<int:pk>/", projects.ProjectPhotoView.as_view(), name="project_photo"),
    path("activities/", activities.ActivityListView.as_view(), name="activity_list"),
    path("activities/<int:pk>/", activities.ActivityDetailView.as_view(), name="activity_detail"),
    path("activities/photos/<int:pk>/", activities.ActivityPhotoView.as_view(), name="activityphoto_detail"),
    path("activities/e/<str:code>/", activities.EnrolmentDetailView.as_view(), name="enrolment_detail"),
    path("activities/e/<str:code>/cancel/", activities.EnrolmentCancelView.as_view(), name="enrolment_cancel"),
    path("activities/e/<str:code>/rate/", activities.EnrolmentRateView.as_view(), name="enrolment_rate"),
    path("privacy/", resources.PrivacyView.as_view(), name="privacy"),
    path("needs/", needs.NeedFollowView.as_view(), name="need_follow"),
    path("needs/new/", needs.NeedCreateView.as_view(), name="need_create"),
    path("needs/new/places/", needs.NeedPlacesView.as_view(), name="need_places"),
    path("needs/new/similar/", neighbours.NeedSimilarView.as_view(), name="need_similar"),
    path("needs/new/questions/", needs.NeedQuestionsView.as_view(), name="need_questions"),
    path("near/<str:token>/", neighbours.NearDetailView.as_view(), name="near_detail"),
    path("near/<str:token>/support/", neighbours.NearSupportView.as_view(), name="near_support"),
    path("i/<str:token>/", inquiries.InquiryAnswerView.as_view(), name="inquiry_answer"),
    path("needs/<str:code>/", needs.NeedDetailView.as_view(), name="need_detail"),
    path("needs/<str:code>/receipt/", needs.NeedReceiptView.as_view(), name="need_receipt"),
    path("needs/<str:code>/supplement/", needs.NeedSupplementView.as_view(), name="need_supplement"),
    path("needs/<str:code>/withdraw/", needs.NeedWithdrawView.as_view(), name="need_withdraw"),
    path("needs/<str:code>/rate/", needs.NeedRateView.as_view(), name="need_rate"),
    path("needs/<str:code>/reopen/", needs.NeedReopenView.as_view(), name="need_reopen"),
    path("needs/<str:code>/photos/<int:pk>/", needs.NeedPhotoView.as_view(), name="needphoto_detail"),
]
