"""审计记录 of rows that were written in bulk: what auditlog would have written of each, had it been saved by itself."""

from auditlog.cid import get_cid
from auditlog.context import auditlog_disabled
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import pre_save

BATCH = 500


def audit_rows(model, pairs, *, actor):
    """An entry for each of the `pairs` (row of `model` before or None, row now) that differ, in the model's own columns
    alone: of a new row auditlog also asks, one by one, for whatever points to it. For plain columns: no times, nothing
    masked.
    """
    if auditlog_disabled.get():
        return
    untracked = auditlog.get_model_fields(model)["exclude_fields"]
    fields = [field for field in model._meta.concrete_fields if field.name not in untracked]
    entries = []
    for before, row in pairs:
        if changes := _changes(before, row, fields):
            action = LogEntry.Action.CREATE if before is None else LogEntry.Action.UPDATE
            entries.append(LogEntry(object_pk=row.pk, object_repr=str(row), action=action, changes=changes))
    kind, cid = ContentType.objects.get_for_model(model), get_cid()
    for entry in entries:
        entry.content_type, entry.object_id, entry.actor, entry.cid = kind, entry.object_pk, actor, cid
        # The request's address is put in by a receiver, which bulk_create does not call.
        pre_save.send(sender=LogEntry, instance=entry, raw=False, using=None, update_fields=None)
    LogEntry.objects.bulk_create(entries, batch_size=BATCH)


def _changes(before, row, fields):
    if before is None:
        now = ((field.name, str(field.value_from_object(row))) for field in fields)
        return {name: ("None", value) for name, value in now if value != "None"}
    both = ((field.name, *(str(field.value_from_object(each)) for each in (before, row))) for field in fields)
    return {name: (was, now) for name, was, now in both if was != now}
