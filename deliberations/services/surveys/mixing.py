"""Whoever has the database and the keys must not find out whose an anonymous sheet is.

A used ticket or the mark of a phone says who answered; no key, time or day joins it to a sheet. What would be left is
the order in which rows lie in the table and the transaction that wrote them. So each sheet is written together with
others of its group, taken at random, all of them deleted and inserted anew in shuffled order, under the lock of the
survey; and when it closes all of them once more, and who answered is forgotten.
"""

import secrets

from deliberations.models import Answer, Sheet, SurveyTicket

MIXED = 40  # sheets written anew with each that comes in


def mix(others, sheets=(), answers=()):
    """Write `sheets` and `answers` together with the rows of `others`, those anew, all in shuffled order."""
    others = list(others.prefetch_related("answers"))
    sheets = [*sheets, *others]
    answers = [*answers, *(answer for sheet in others for answer in sheet.answers.all())]
    dice = secrets.SystemRandom()
    dice.shuffle(sheets)
    dice.shuffle(answers)
    Sheet.objects.filter(pk__in=[sheet.pk for sheet in others]).delete()
    for row in (*sheets, *answers):
        row._state.adding = True
    Sheet.objects.bulk_create(sheets)
    Answer.objects.bulk_create(answers)


def forget_answerers(survey):
    """A closed survey takes no more sheets: nobody has to know any longer who answered, nor in which order."""
    survey.answerers.all().delete()
    if not survey.is_anonymous:
        return
    mix(survey.sheets.order_by("?"))
    tickets = list(survey.tickets.order_by("?"))
    survey.tickets.all().delete()
    for ticket in tickets:
        ticket.pk = None
    SurveyTicket.objects.bulk_create(tickets)
