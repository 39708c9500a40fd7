"""The papers that a case is printed on, by what there is to print."""

import base64
from dataclasses import dataclass

from deliberations.models import Accord, Case
from deliberations.services.cases import clocks, endings
from deliberations.services.cases.papers import content_type

Status, Form = Case.Status, Accord.Form
NUMERALS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Paper:
    """`template` is print_<template>.html; `name` stands in the address."""

    name: str
    title: str
    template: str


INTAKE = Paper("intake", "人民调解受理登记表", "intake")
RIGHTS = Paper("rights", "当事人权利义务告知书", "rights")
RECORD = Paper("record", "人民调解记录", "record")
ACCORD = Paper("accord", "人民调解协议书", "accord")
ORAL = Paper("oral", "人民调解口头协议登记表", "oral")
ENDING = Paper("ending", "终止调解通知书", "ending")
VISITS = Paper("visits", "人民调解回访记录", "visits")
COVER = Paper("cover", "人民调解卷宗目录", "cover")


def printable(case, accord):
    papers = [INTAKE, RIGHTS]
    if case.sessions.exists():
        papers.append(RECORD)
    if accord is not None:
        papers.append(ORAL if accord.form == Form.ORAL else ACCORD)
        if accord.effective_at:
            papers.append(VISITS)
    if case.status in endings.WITHOUT_ACCORD or (case.ending and case.status == Status.ARCHIVED):
        papers.append(ENDING)
    return [*papers, COVER]


def context_of(paper, case, accord):
    context = {
        "parties": case.parties.order_by("side", "pk"),
        "mediators": case.mediators.filter(recused_at=None).select_related("mediator").order_by("-is_lead", "pk"),
        "committee": f"{case.community}人民调解委员会",
        "accord": accord,
    }
    match paper:
        case Paper(name="accord"):
            return {**context, **signatures_of(accord), "copies": NUMERALS[min(len(context["parties"]) + 1, 9)]}
        case Paper(name="record"):
            return {**context, "sessions": case.sessions.select_related("recorded_by")}
        case Paper(name="visits"):
            return {**context, "visits": accord.follow_ups.exclude(visited_on=None).select_related("visited_by")}
        case Paper(name="ending"):
            return {**context, "other_ways": endings.other_ways(case)}
        case Paper(name="rights"):
            return {**context, "exclusion": clocks.exclusion_of(case)}
        case Paper(name="cover"):
            return {**context, "contents": contents(case, accord), "result": result_of(case)}
    return context


def signatures_of(accord):
    """Who has signed, and blanks for the parties and the mediators that have not."""
    rows = list(accord.signatures.select_related("party", "mediator"))
    signed_parties, signed_mediators = {row.party_id for row in rows}, {row.mediator_id for row in rows}
    mediators = accord.case.mediators.filter(recused_at=None).select_related("mediator")
    return {
        "signatures": [signed(row) for row in rows],
        "unsigned_parties": accord.case.parties.exclude(pk__in=signed_parties - {None}),
        "unsigned_mediators": mediators.exclude(mediator__in=signed_mediators - {None}),
    }


def result_of(case):
    """How it ended, which an archived case no longer says by its status."""
    event = case.events.exclude(to_status=Status.ARCHIVED).last()
    return event.get_to_status_display() if case.status == Status.ARCHIVED and event else case.get_status_display()


def signed(row):
    """A drawn name goes on the paper; a photographed sheet lies in the dossier, and a lost file is said to be lost."""
    try:
        content = b"" if row.is_scan else row.image.open("rb").read()
    except FileNotFoundError:
        content = b""
    picture = f"data:{content_type(content)};base64,{base64.b64encode(content).decode()}" if content else ""
    return {"row": row, "picture": picture}


def contents(case, accord):
    """[(title, how many)] of what lies in the dossier, in the order of its numbering."""
    rows = [("受理登记表", 1)]
    counts = {}
    for paper in case.papers.order_by("kind", "pk"):
        counts[paper.get_kind_display()] = counts.get(paper.get_kind_display(), 0) + 1
    rows += counts.items()
    if sessions := case.sessions.count():
        rows.append(("调解记录", sessions))
    if accord is not None and accord.effective_at:
        rows.append((accord.get_form_display(), 1))
        rows.append(("回访记录", accord.follow_ups.exclude(visited_on=None).count()))
    if case.ending:
        rows.append(("终止调解通知书", 1))
    return [row for row in rows if row[1]]
