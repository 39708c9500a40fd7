"""What the pages show of one organization, as plain values for the partials."""

from django.urls import reverse
from django.utils.formats import date_format

from organizations.models import OrganizationEvent, OrganizationVersion

Event = OrganizationEvent.Kind
OTHERS = {
    Event.MOVED: "原隶属“{}”",
    Event.MERGED: "并入“{}”",
    Event.RECEIVED: "来自“{}”",
    Event.DISSOLVED: "由“{}”接收",
}


def day(value):
    return date_format(value, "Y年n月j日") if value else ""


def along(tally):
    """What goes where its organization goes, in words; "" for nothing."""
    counts = ((tally.below, "下级 {} 个党组织"), (tally.members, "{} 名党员"), (tally.quarters, "{} 个小区"))
    return "、".join(words.format(count) for count, words in counts if count)


def facts(organization, tally, user):
    """[(label, value, url)], an empty value left out; a url only where `user` may go."""
    quarters = list(organization.quarters.order_by("name").values_list("name", flat=True))
    rows = [
        ("类型", organization.get_kind_display(), ""),
        ("上级党组织", organization.parent, _page(organization.parent_id)),
        ("行业", organization.trade, ""),
        ("成立日期", day(organization.founded_on), ""),
        ("撤销日期", day(organization.dissolved_on), ""),
        ("下级", f"{tally.below} 个党组织" if tally.below else "", ""),
        ("党员", _members(tally), _roll(organization, user)),
        ("小区", "、".join(quarters) or _covered(tally), ""),
    ]
    return [row for row in rows if row[1]]


def _page(pk):
    return reverse("admin:organizations_organization_change", args=[pk]) if pk else ""


def _roll(organization, user):
    if not user.has_perm("organizations.view_partymember"):
        return ""
    return f"{reverse('admin:organizations_partymember_changelist')}?under={organization.pk}"


def _members(tally):
    return f"正式 {tally.full} 名，预备 {tally.probationary} 名（连同下级）" if tally.members else ""


def _covered(tally):
    return f"共 {tally.all_quarters} 个，{tally.quarters} 个有党支部" if tally.all_quarters else ""


def timeline(organization):
    """变动, newest last, for the timeline partial; `at` is the day from which it holds."""
    return [
        {
            "at": day(event.effective_on),
            "title": event.get_kind_display(),
            "note": "；".join(_words(event)),
            "who": f"{event.actor or '系统'} {date_format(event.at, 'Y-m-d')} 登记",
            "state": "stopped" if event.kind in (Event.DISSOLVED, Event.MERGED) else "done",
        }
        for event in organization.events.select_related("actor", "other")
    ]


def _words(event):
    if event.kind in OTHERS and event.other:
        yield OTHERS[event.kind].format(event.other)
    if event.note:
        yield event.note
    if event.reason:
        yield f"原因：{event.reason}"
    if event.document:
        yield f"批复：{event.document}"


def versions(organization):
    """沿革, oldest first: {name, kind, above, since, until}."""
    rows = OrganizationVersion.objects.filter(organization=organization).select_related("parent")
    return [
        {
            "name": row.name,
            "kind": row.get_kind_display(),
            "above": row.parent,
            "since": row.starts_on,
            "until": row.ends_on,
        }
        for row in rows
    ]
