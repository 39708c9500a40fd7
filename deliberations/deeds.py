"""What residents said of a unit in a year: published surveys, beside the points that the community gives it."""

from django.utils import timezone

from deliberations.models import Survey
from deliberations.services.surveys.counting import count_surveys
from deliberations.survey_results import standing, told
from organizations.deeds import Deed, teller
from organizations.models import Organization


@teller
def surveys(unit, organization, year):
    rows = Survey.objects.filter(
        unit=unit,
        community__organization__in=Organization.objects.below(organization),
        status=Survey.Status.PUBLISHED,
        published_at__year=year,
    )
    counted = count_surveys(list(rows))
    for row in rows:
        yield Deed(timezone.localdate(row.published_at), words_of(row, standing(counted[row.pk])), row, False)


def words_of(survey, standing):
    score = "份数不足，不公布得分" if standing["total"] is None else f"{told(standing['total'])} 分"
    return f"居民评议“{survey}”：{score}（有效答卷 {standing['valid']} 份）"
