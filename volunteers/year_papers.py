"""The year's appraisal as pages and papers show it: lines, sums, and names masked or, on asking, in full."""

from django.db.models import Count, Q

from accounts.services import reveal
from govern.views import client_address
from volunteers.models import YearReview
from volunteers.services.year_reviews import required_services
from volunteers.words import hours

GRADE_TONES = {"excellent": "gold", "qualified": "ok", "basic": "warn", "failed": "bad", "": "plain"}


def lines_of(reviews):
    """Each review as a page shows it: {review, tone, is_reached}."""
    required = {year: required_services(year) for year in {row.year for row in reviews}}
    return [
        {
            "review": row,
            "tone": GRADE_TONES[row.grade],
            "duty_hours": hours(row.duty_minutes),
            "voluntary_hours": hours(row.voluntary_minutes),
            "is_reached": row.sessions_count >= required[row.year],
            "required": required[row.year],
        }
        for row in reviews
    ]


def summary_of(reviews):
    """What the year comes to: people, each ledger by itself, and the grades."""
    grades = [(label, sum(row.grade == value for row in reviews)) for value, label in YearReview.Grade.choices]
    return {
        "count": len(reviews),
        "duty_hours": hours(sum(row.duty_minutes for row in reviews)),
        "voluntary_hours": hours(sum(row.voluntary_minutes for row in reviews)),
        "sessions_count": sum(row.sessions_count for row in reviews),
        "grades": grades,
        "receipted_count": sum(row.status == "receipted" for row in reviews),
    }


def names_for(request, reviews):
    """Puts on each review its `printed_name`: masked, or asked for by POST in full, which is written down."""
    for row in reviews:
        person = row.report.volunteer
        if request.method == "POST":
            row.printed_name = reveal(person, "name", actor=request.user, remote_addr=client_address(request))
        else:
            row.printed_name = person.masked_name


def summary_paper(request, unit, year, reviews, *, back):
    """What the paper of a unit's year shows; `back`: where its button leads."""
    names_for(request, reviews)
    receipts = {(row.receipt, row.receipted_by, row.receipted_at) for row in reviews if row.receipted_at}
    return {
        "unit": unit,
        "year": year,
        "lines": lines_of(reviews),
        "summary": summary_of(reviews),
        "communities": sorted({str(row.report.community) for row in reviews}),
        "receipts": sorted(receipts, key=lambda receipt: receipt[2]),
        "can_reveal": request.user.has_perm("accounts.reveal_personal"),
        "back": back,
    }


def shares_of(reviews, grades):
    """优秀 of each community and year that `reviews` touch, were they graded as `grades` ({key: Grade}) say:
    [{community, year, count, total, percent}].
    """
    found = []
    for community, year in sorted({(row.report.community, row.year) for row in reviews}, key=str):
        others = YearReview.objects.filter(report__community=community, year=year).exclude(pk__in=grades)
        excellent = YearReview.Grade.EXCELLENT
        known = others.aggregate(total=Count("pk"), count=Count("pk", filter=Q(grade=excellent)))
        mine = [grades[row.pk] for row in reviews if (row.report.community, row.year) == (community, year)]
        total, count = known["total"] + len(mine), known["count"] + mine.count(excellent)
        found.append(
            {
                "community": community,
                "year": year,
                "count": count,
                "total": total,
                "percent": f"{100 * count / total:.1f}",
            }
        )
    return found
