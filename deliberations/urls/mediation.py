"""/mediation/: the parties' side of a case."""

from django.urls import path

from deliberations.views import accord_signing, mediation

app_name = "mediation"
urlpatterns = [
    path("", mediation.HomeView.as_view(), name="home"),
    path("apply/", mediation.ApplyView.as_view(), name="apply"),
    path("refer/", mediation.ReferView.as_view(), name="refer"),
    path("follow/", mediation.FollowView.as_view(), name="follow"),
    path("cases/<str:code>/", mediation.CaseView.as_view(), name="case"),
    path("cases/<str:code>/answer/", mediation.AnswerView.as_view(), name="answer"),
    path("sign/<str:token>/", accord_signing.SignView.as_view(), name="sign"),
    path("sign/<str:token>/code/", accord_signing.CodeView.as_view(), name="sign_code"),
    path("sign/<str:token>/proof/", accord_signing.ProofView.as_view(), name="sign_proof"),
]
