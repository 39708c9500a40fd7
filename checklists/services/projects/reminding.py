"""What staff and the lead unit hear of a project by itself: its publicity ended, its end is near, its end is past."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import Notification
from accounts.services import notify
from checklists.models import Project
from checklists.services.needs import staff_of
from organizations.parameters import parameter

Status = Project.Status


def remind_project(project, *, at=None):
    """Say once what the day makes due. The words name the date, so that a line already sent is not sent again."""
    today = timezone.localdate(at)
    for text in _due_words(project, today, timedelta(days=parameter("project_reminder_days"))):
        link = f"/admin/checklists/project/{project.pk}/change/"
        if Notification.objects.filter(link=link, text=text).exists():
            continue
        notify(staff_of(project.community), text=text, link=link)
        if project.unit_id and project.unit.liaison and project.status == Status.IMPLEMENTING:
            notify([project.unit.liaison], text=text, link=f"/desk/projects/{project.pk}/")


def _due_words(project, today, ahead):
    ends_on = project.publicity_ends_on
    if project.status == Status.PUBLICIZED and ends_on and ends_on < today:
        yield f"项目“{project.name}”公示已期满（{ends_on:%m月%d日}），可以启动实施"
    if project.status not in (Status.IMPLEMENTING, Status.INSPECTING):
        return
    if project.due_on < today:
        yield f"项目“{project.name}”已超期，完成时限是 {project.due_on:%m月%d日}"
    elif project.due_on <= today + ahead:
        yield f"项目“{project.name}”将在 {project.due_on:%m月%d日} 到期，请看看进度"
