"""会议材料: put up until the meeting, taken down until it begins."""

from django.db import transaction

from deliberations.models import Hearing, HearingPaper
from deliberations.services.hearings.door import lock_hearing, permit, stale

Status = Hearing.Status
ADDING = (Status.DRAFTED, Status.ANNOUNCED, Status.POSTPONED, Status.OPENED)


@transaction.atomic
def add_paper(hearing, *, title, file, is_public, actor):
    """`file` has been told by its content before (deliberations.forms.papers)."""
    hearing = lock_hearing(hearing)
    permit(hearing, actor)
    if hearing.status not in ADDING:
        raise stale(hearing)
    return HearingPaper.objects.create(hearing=hearing, title=title.strip(), file=file, is_public=is_public)


@transaction.atomic
def remove_paper(paper, *, actor):
    """The row, and its file once that is certain. Gone already: nothing happens."""
    hearing = lock_hearing(paper.hearing)
    permit(hearing, actor)
    if hearing.status not in ADDING[:3]:
        raise stale(hearing)
    if hearing.papers.filter(pk=paper.pk).delete()[0]:
        storage, name = paper.file.storage, paper.file.name
        transaction.on_commit(lambda: storage.delete(name))
    return hearing
