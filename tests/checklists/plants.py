"""One row of every model of the four lists, for the scope matrix."""

from datetime import date

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import PrivacyNotice
from checklists import models
from checklists.services import dispatches
from tests import factories
from tests.volunteers.people import make_volunteer


def checklist_rows(place):
    now, notice = timezone.now(), PrivacyNotice.objects.first()
    person = {"name": "李华", "phone": f"1360000{place.number:04}", "notice": notice}
    return [
        *_need_rows(place, person, now),
        *_claim_rows(place),
        *_resource_rows(place),
        *_activity_rows(place, person, now),
        *_project_rows(place, person, now),
        *_rota_rows(place, now),
        models.Publication.objects.create(community=place.community, checklist="needs", changed_by=place.chief),
    ]


def _need_rows(place, person, now):
    need, chief = place.need, place.chief
    proposals = factories.make_proposals(need)
    dispatch = dispatches.dispatch(need, place.resource, actor=factories.make_superuser())
    photo = models.NeedPhoto(need=need)
    picture = ContentFile(b"", name="x.jpg")
    with picture.open("wb"):
        Image.new("RGB", (4, 4)).save(picture.file, "JPEG")
    photo.image.save("x.jpg", picture)
    run = models.Run.objects.create(district=place.community.street.district, queued_at=now)
    return [
        need,
        proposals[0],
        dispatch,
        photo,
        need.events.first(),
        models.Support.objects.create(need=need, **person),
        models.Inquiry.objects.create(need=need, question="几楼", asked_by=chief, asked_at=now, expires_at=now),
        run,
        models.Assignment.objects.create(run=run, need=need, resource=place.resource, score=1),
    ]


def _claim_rows(place):
    need = factories.make_need("accepted", community=place.community, category=place.category)
    volunteer = make_volunteer(place.community)
    today = timezone.localdate()
    return [
        models.Appeal.objects.create(need=need, words="换灯泡", opened_by=place.chief),
        need.claims.create(volunteer=volunteer, status="claimed", due_on=today, reply_by=timezone.now()),
    ]


def _resource_rows(place):
    return [
        place.resource,
        models.ResourceException.objects.create(resource=place.resource, day=date(2030, 1, 1), half=0),
        models.Booking.objects.create(resource=place.resource, day=date(2030, 1, 2), half=0),
    ]


def _activity_rows(place, person, now):
    activity = factories.make_activity(community=place.community, unit=place.unit)
    return [
        activity,
        models.ActivityEvent.objects.create(activity=activity, to_status="planned", at=now),
        models.ActivityPhoto.objects.create(activity=activity, image="x.jpg"),
        models.Enrolment.objects.create(activity=activity, **person),
    ]


def _project_rows(place, person, now):
    project, chief = factories.make_project(community=place.community, unit=place.unit), place.chief
    said = {"phone": person["phone"], "notice": person["notice"]}
    return [
        project,
        models.ProjectEvent.objects.create(project=project, to_status="proposed", at=now),
        models.Milestone.objects.create(project=project, name="开工", starts_on=now.date(), due_on=now.date()),
        models.Expense.objects.create(project=project, amount=1, purpose="材料", recorded_by=chief),
        models.Evidence.objects.create(project=project, image="x.jpg"),
        models.Bid.objects.create(project=project, unit=place.unit, plan="做", submitted_by=chief, submitted_at=now),
        models.Appraisal.objects.create(project=project, satisfaction="satisfied", **said),
    ]


def _rota_rows(place, now):
    rota = models.Rota.objects.create(
        community=place.community, starts_on=date(2030, 1, 1), ends_on=date(2030, 12, 31), made_by=place.chief
    )
    first, second = (
        models.Turn.objects.create(
            rota=rota, unit=place.unit, starts_on=date(2030, month, 1), ends_on=date(2030, month, 28)
        )
        for month in (1, 2)
    )
    swap = {"reason": "忙", "proposed_by": place.chief, "proposed_at": now}
    return [rota, first, models.TurnSwap.objects.create(turn=first, other_turn=second, **swap)]
