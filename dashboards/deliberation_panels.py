"""议事协商 as its pages print it: each number with the address of its rows, each rate with its counts."""

from dataclasses import dataclass, replace

from django.utils import timezone

from dashboards import rates
from dashboards.deliberating import SHARES, TALLIES
from dashboards.deliberating import total as total_of
from deliberations.models import Hearing, Message, Opinion, Outcome, Survey, Wish

HEADLINES = ("wishes", "messages", "unanswered", "cases", "hearings", "outcomes", "outcomes_overdue", "surveys")
COLUMNS = (
    *("wishes", "wishes_fulfilled", "messages", "replies", "unanswered", "cases", "cases_open", "accords"),
    *("hearings", "opinions", "adoption", "outcomes", "follow_up", "outcomes_overdue", "surveys"),
)


def moment(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@dataclass(frozen=True)
class Listing:
    """What the rows behind a figure show of themselves; nothing of it names a resident."""

    heads: tuple[str, ...]
    cells: object
    related: tuple[str, ...]
    order: tuple[str, ...]


LISTINGS = {
    Wish: Listing(
        ("心愿", "社区", "上墙时间", "办理状态"),
        lambda row: (row.words, row.need.community, moment(row.published_at), row.need.get_status_display()),
        ("need__community",),
        ("-published_at", "-pk"),
    ),
    Message: Listing(
        ("留言", "主题", "社区", "公开时间", "答复期限", "首次答复", "状态"),
        lambda row: (
            row.shown_text or row.text,
            row.topic,
            row.community,
            moment(row.published_at),
            moment(row.reply_by),
            moment(row.first_replied_at) if row.first_replied_at else "未答复",
            row.get_status_display(),
        ),
        ("topic", "community"),
        ("reply_by", "pk"),
    ),
    Hearing: Listing(
        ("名称", "会议", "社区", "开会时间", "状态"),
        lambda row: (
            row.title,
            row.get_kind_display(),
            row.community,
            moment(row.opened_at),
            row.get_status_display(),
        ),
        ("community",),
        ("-opened_at", "-pk"),
    ),
    Opinion: Listing(
        ("意见", "会议", "社区", "答复", "理由"),
        lambda row: (
            row.text,
            row.hearing,
            row.hearing.community,
            row.get_answer_display() or "未答复",
            row.reason,
        ),
        ("hearing__community",),
        ("-hearing__opened_at", "pk"),
    ),
    Outcome: Listing(
        ("决议事项", "会议", "社区", "谁来落实", "时限", "状态", "进展"),
        lambda row: (
            row.text,
            row.hearing,
            row.hearing.community,
            row.owner,
            f"{row.due_on:%Y-%m-%d}",
            row.get_status_display(),
            row.progress,
        ),
        ("hearing__community",),
        ("due_on", "pk"),
    ),
    Survey: Listing(
        ("名称", "评议对象", "社区", "公开时间"),
        lambda row: (row.title, row.subject_name, row.community, moment(row.published_at)),
        ("community",),
        ("-published_at", "-pk"),
    ),
}


def page(outlook, found, places):
    """`found` as deliberating.counts gives it; `places` are the communities of one leaf of the list."""
    whole = total_of(found)
    return {
        "numbers": [_count(outlook, key, whole) for key in HEADLINES],
        "rates": [_rate(outlook, key, whole) for key in SHARES],
        "heads": [_label(key) for key in COLUMNS],
        "rows": [
            {
                "name": place.name,
                "href": replace(outlook, organization=place.organization).href("deliberation_list"),
                "cells": [
                    _cell(replace(outlook, organization=place.organization), key, found[place.pk]) for key in COLUMNS
                ],
            }
            for place in places
        ],
        "definitions": [
            {"term": each.label, "text": each.definition}
            for each in (*TALLIES.values(), *SHARES.values())
            if each.definition
        ],
    }


def _label(key):
    return (TALLIES.get(key) or SHARES[key]).label


def _cell(outlook, key, counts):
    if key in SHARES:
        rate = _rate(outlook, key, counts)
        return {"label": rate["label"], "is_rate": True, "percent": rate["percent"], "counts": rate["counts"]}
    return _count(outlook, key, counts)


def _count(outlook, key, counts):
    tally = TALLIES[key]
    return {
        "label": tally.label,
        "number": counts[key],
        "href": rows_href(outlook, key),
        "definition": tally.definition,
    }


def _rate(outlook, key, counts):
    share = SHARES[key]
    return {
        "label": share.label,
        "percent": rates.percentage(counts[share.of], counts[share.among]),
        "href": rows_href(outlook, share.of),
        "definition": share.definition,
        "counts": [
            {"label": TALLIES[name].label, "number": counts[name], "href": rows_href(outlook, name)}
            for name in (share.of, share.among)
        ],
    }


def rows_href(outlook, key):
    """ "" where the rows are not the supervisor's to open."""
    model = TALLIES[key].rows(outlook.starts_at, outlook.ends_at, outlook.at).model
    options = model._meta
    may = outlook.user.has_perm(f"{options.app_label}.view_{options.model_name}")
    return "" if TALLIES[key].is_sealed or not may else outlook.href("deliberation_rows", figure=key)


def sheet_rows(found, places):
    """The table of communities, a rate as its percent, "" where it divides by nought."""
    for place in places:
        counts = found[place.pk]
        cells = [
            rates.percentage(counts[SHARES[key].of], counts[SHARES[key].among]) if key in SHARES else counts[key]
            for key in COLUMNS
        ]
        yield [place.name, *("" if cell is None else cell for cell in cells)]


def sheet_heads():
    return ["社区", *(f"{_label(key)}（%）" if key in SHARES else _label(key) for key in COLUMNS)]
