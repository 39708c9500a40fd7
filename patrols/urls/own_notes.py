"""/me/notes/"""

from django.urls import path

from patrols.views import own_notes

app_name = "own_notes"
urlpatterns = [path("", own_notes.OwnNoteView.as_view(), name="create")]
