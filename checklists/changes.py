"""The change log of one row, as staff read it: who changed what from what to what; of personal data only that."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from govern.fields import EncryptedTextField, FlagsField
from govern.scoping import restrict

MOST = 50
VERBS = {LogEntry.Action.CREATE: "新建", LogEntry.Action.UPDATE: "修改", LogEntry.Action.DELETE: "删除"}
UNSEEN = "（不在您的辖区）"
LONGEST = 80


@dataclass
class Line:
    label: str
    before: str = ""
    after: str = ""
    words: str = ""  # instead of before and after
    is_hidden: bool = False


@dataclass
class Change:
    at: datetime
    who: str
    verb: str
    lines: list


def changes_of(row, user):
    """The last changes of `row`, the newest first. One query for them and one for each model that they point to."""
    entries = LogEntry.objects.get_for_object(row).exclude(action=LogEntry.Action.ACCESS).select_related("actor")
    entries = list(entries.order_by("-timestamp", "-pk")[:MOST])
    names = _names(row, entries, user)
    return [
        Change(
            at=entry.timestamp,
            who=str(entry.actor) if entry.actor else "系统",
            verb=VERBS[entry.action],
            # What a new row began with stands on the page itself.
            lines=[] if entry.action == LogEntry.Action.CREATE else list(_lines(row, entry, names)),
        )
        for entry in entries
    ]


def _field(row, name):
    """The row's own column or many-to-many of that name; None for what was dropped since, or hangs on it from afar."""
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return field if hasattr(field, "verbose_name") else None


def _names(row, entries, user):
    """{model: {key as text: words}} of what the entries point to and `user` sees."""
    keys = defaultdict(set)
    for entry in entries:
        if entry.action == LogEntry.Action.CREATE:
            continue
        for name, change in (entry.changes or {}).items():
            field = _field(row, name)
            if isinstance(field, models.ForeignKey) and isinstance(change, list):
                keys[field.related_model].update(value for value in change if value and value.isdigit())
    return {
        model: {
            str(each.pk): str(each) for each in _loaded(restrict(model._default_manager.all(), user)).filter(pk__in=pks)
        }
        for model, pks in keys.items()
    }


def _loaded(rows):
    """With what their names are made of."""
    owners = [
        name for name in ("unit", "category", "quarter", "rota") if name in {f.name for f in rows.model._meta.fields}
    ]
    return rows.select_related(*owners) if owners else rows


def _lines(row, entry, names):
    for name, change in sorted((entry.changes or {}).items()):
        field = _field(row, name)
        if field is None:
            continue
        label = str(field.verbose_name)
        if isinstance(field, EncryptedTextField):
            yield Line(label, is_hidden=True)
        elif isinstance(change, dict):
            verb = {"add": "加上", "delete": "去掉"}.get(change.get("operation"), "改为")
            yield Line(label, words=f"{verb}：{'、'.join(change.get('objects', []))}")
        elif isinstance(field, models.JSONField):
            yield Line(label, words="已改动")
        else:
            before, after = (_words(field, value, names) for value in change)
            yield Line(label, before, after)


def _words(field, value, names):
    if value in (None, "None", ""):
        return ""
    if isinstance(field, models.ForeignKey):
        return names.get(field.related_model, {}).get(value, UNSEEN)
    if field.choices:
        return next((str(word) for key, word in field.flatchoices if str(key) == value), value)
    if isinstance(field, FlagsField):
        return "、".join(word for bit, word in field.flags if value.isdigit() and int(value) & bit == bit) or "不限"
    if isinstance(field, models.BooleanField):
        return {"True": "是", "False": "否"}.get(value, value)
    if isinstance(field, models.DateTimeField):
        return _moment(value)
    if isinstance(field, models.DateField):
        day = parse_date(value)
        return f"{day:%Y-%m-%d}" if day else value
    return value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"


def _moment(value):
    """auditlog writes naive UTC."""
    try:
        at = parse_datetime(value)
    except ValueError:
        return value
    if at is None:
        return value
    at = at if timezone.is_aware(at) else at.replace(tzinfo=timezone.get_fixed_timezone(0))
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
