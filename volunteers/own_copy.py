"""个人信息副本 (个人信息保护法 art. 45): everything stored about one volunteer, by parts, in words; JSON or Excel."""

import json
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from xlsxwriter import Workbook

from govern.exports import harmless

FACTS = [
    "code",
    "kind",
    "name",
    "phone",
    "identity_number",
    "born_on",
    "community",
    "building",
    "unit",
    "employer",
    "is_from_office",
    "member",
    "insured_until",
    "guardian_name",
    "guardian_phone",
    "guardian_agreed_at",
    "notice",
    "agreed_at",
    "is_honoured",
    "registered_at",
]
# part of the copy: (relation, columns); a column is a field, or a way over relations with its own words.
PARTS = {
    "报到": ("reports", ["code", "community", "status", "source", "submitted_at", "registered_at", "contacted_at"]),
    "任岗": ("holdings", ["position", "status", "words", "claimed_at", "starts_on", "ended_on", "note"]),
    "服务队": ("memberships", ["team", "status", "joined_at", "ended_at"]),
    "活动": (
        "signups",
        ["session", "status", "signed_at", "arrived_at", "left_at", "credited_minutes", "score", "comment"],
    ),
    "时长": ("hour_entries", ["served_on", "ledger", "minutes", "words", "counts_on", "community"]),
    "积分": ("point_entries", ["entered_at", "points", "words"]),
    "兑换": ("exchanges", ["at", "good", "count", "points"]),
    "星级": ("stars", ["level", "status", "published_on", "awarded_on"]),
    "证明": ("certificates", ["number", "starts_on", "ends_on", "minutes", "issued_at"]),
    "培训": ("trainings", ["title", "skill", "minutes", "organizer", "on", "valid_until"]),
    "表彰": ("commendations", ["title", "awarder", "on"]),
    "更正申请": ("corrections", ["asked_at", "text", "status", "answer", "answered_at"]),
}


def said(row, name):
    """The value of one field as people read it."""
    if hasattr(row, f"get_{name}_display"):
        return getattr(row, f"get_{name}_display")()
    value = getattr(row, name)
    return value if value is None or isinstance(value, (bool, int, date, datetime)) else str(value)


def spoken(value):
    """The same on a page."""
    match value:
        case bool():
            return "是" if value else "否"
        case datetime():
            return date_format(timezone.localtime(value), "Y年n月j日 H:i")
        case date():
            return date_format(value, "Y年n月j日")
    return value


def heads(model, names):
    return [str(model._meta.get_field(name).verbose_name) for name in names]


def facts_of(volunteer):
    """[(what, value)] of the person itself, nothing masked: for its owner alone."""
    rows = [(head, said(volunteer, name)) for head, name in zip(heads(type(volunteer), FACTS), FACTS, strict=True)]
    return [
        *rows,
        ("服务技能", "、".join(map(str, volunteer.skills.all()))),
        ("服务时间", volunteer.get_times_display() or "任何时间"),
        ("感兴趣的岗位", "、".join(map(str, volunteer.interests.all()))),
    ]


def parts_of(volunteer):
    """{part: (heads, rows)}, a query for each."""
    parts = {}
    for title, (relation, names) in PARTS.items():
        related = getattr(volunteer, relation)
        model = related.model
        joined = [name for name in names if model._meta.get_field(name).is_relation]
        rows = related.select_related(*joined) if joined else related.all()
        parts[title] = (heads(model, names), [[said(row, name) for name in names] for row in rows])
    if volunteer.user:
        rows = [[row.created_at, row.text] for row in volunteer.user.notifications.all()]
        parts["消息"] = (["时间", "内容"], rows)
    return parts


def shown_facts(volunteer):
    """[(what, words)] of what is known, for the page."""
    return [(head, spoken(value)) for head, value in facts_of(volunteer) if value not in (None, "")]


def as_json(volunteer):
    parts = {
        title: [dict(zip(names, map(_plain, row), strict=True)) for row in rows]
        for title, (names, rows) in parts_of(volunteer).items()
    }
    copy = {"个人信息": {head: _plain(value) for head, value in facts_of(volunteer)}, **parts}
    return json.dumps(copy, ensure_ascii=False, indent=2).encode()


def _plain(value):
    match value:
        case datetime():
            return timezone.localtime(value).isoformat(timespec="minutes")
        case date():
            return value.isoformat()
        case bool():
            return "是" if value else "否"
    return value


def write_workbook(stream, volunteer):
    """A sheet for each part; nothing in it that Excel would run."""
    with Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        formats = {
            datetime: workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
            date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
        }
        sheets = {"个人信息": (["项目", "内容"], facts_of(volunteer)), **parts_of(volunteer)}
        bold = workbook.add_format({"bold": True})
        for title, (names, rows) in sheets.items():
            sheet = workbook.add_worksheet(title)
            sheet.set_column(0, len(names), 20)
            sheet.write_row(0, 0, names, bold)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(map(harmless, row)):
                    if value != "":
                        sheet.write(number, column, value, formats.get(type(value)))
