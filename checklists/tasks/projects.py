from celery import shared_task

from checklists.models import Project
from checklists.services import projects
from checklists.tasks.retrying import RETRY


@shared_task(**RETRY)
def remind_project(project_id):
    projects.remind_project(Project.objects.select_related("community", "unit__liaison").get(pk=project_id))


@shared_task(**RETRY)
def remind_projects():
    """What a day makes due: a publicity that ended, an end that is near or past."""
    for pk in Project.objects.running().exclude(status="proposed").values_list("pk", flat=True):
        remind_project.delay(pk)
