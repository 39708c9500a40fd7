"""What becomes of one's own notes, on the phone."""

from django.urls import path

from patrols.views import notes

app_name = "notes"
urlpatterns = [
    path("<int:pk>/", notes.NoteView.as_view(), name="detail"),
    path("<int:pk>/topic/", notes.NoteTopicView.as_view(), name="topic"),
    path("<int:pk>/visit/", notes.NoteVisitView.as_view(), name="visit"),
    path("<int:pk>/need/", notes.NoteNeedView.as_view(), name="need"),
]
