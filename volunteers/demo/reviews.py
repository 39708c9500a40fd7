"""Units that reported in, and last year's 鉴定 of their people: graded, sent, receipted."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from organizations.models import Unit
from volunteers.demo import words
from volunteers.models import UnitReport, YearReview
from volunteers.services.year_reviews import figures_of

U, Y, Grade = UnitReport.Status, YearReview.Status, YearReview.Grade


def noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


class Reviews:
    def __init__(self, district, *, now, rng):
        self.district, self.now, self.rng = district, now, rng
        self.today = timezone.localdate(now)
        self.people = district.volunteers

    def run(self):
        self.report_units()
        self.review()

    def report_units(self):
        of_body = {community.organization_id: community for community in self.district.communities}
        counts = {}
        for person in self.people.people:
            counts[person.unit_id] = counts.get(person.unit_id, 0) + 1
        units = Unit.objects.filter(organization__in=of_body).order_by("pk")
        UnitReport.objects.bulk_create(
            self.unit_report(place, unit, of_body[unit.organization_id], counts.get(unit.pk, 0))
            for place, unit in enumerate(units)
        )

    def unit_report(self, place, unit, community, members):
        status = {3: U.SUBMITTED, 11: U.SUBMITTED, 7: U.RETURNED}.get(place, U.RECEIVED)
        ago = 300 if status == U.RECEIVED else 4
        at = self.now - timedelta(days=self.rng.randrange(2, ago))
        is_decided = status != U.SUBMITTED
        opinion = {U.RECEIVED: "同意接收，请和社区约定共建事项。", U.RETURNED: "请补填能提供的服务。"}.get(status, "")
        return UnitReport(
            unit=unit,
            community=community,
            secretary=self.district.people.draw().name,
            members_count=members or self.rng.randrange(5, 60),
            offers=words.OFFERS if status != U.RETURNED else "",
            wishes=words.UNIT_WISHES,
            status=status,
            submitted_at=at,
            opinion=opinion,
            decided_by=self.district.clerks[community] if is_decided else None,
            decided_at=min(at + timedelta(days=1), self.now) if is_decided else None,
        )

    def review(self):
        """Of members who had reported in by last year's end and work at a unit, or served in it."""
        year = self.today.year - 1
        ended = noon(date(year, 12, 31))
        people = [row for row in self.people.people[: self.people.count] if row.kind == "member"]
        people = [row for row in people if row.report.registered_at < ended]
        served = figures_of([row.pk for row in people], year, on=self.today)
        people = [row for row in people if row.unit_id or any(served.get(row.pk, ()))]
        YearReview.objects.bulk_create(self.row(row, year, *served.get(row.pk, (0, 0, 0))) for row in people)

    def row(self, person, year, duty, voluntary, times):
        graded = noon(date(year + 1, 1, 12))
        graded = min(graded + timedelta(days=self.rng.randrange(12)), self.now)
        grade = Grade.EXCELLENT if times > 3 else Grade.QUALIFIED if times else Grade.BASIC
        status = self.rng.choices((Y.RECEIPTED, Y.SENT), (4, 1))[0] if person.unit_id else Y.GRADED
        sent = min(graded + timedelta(days=3), self.now) if person.unit_id else None
        unit = person.unit
        is_back = status == Y.RECEIPTED and unit.liaison_id is not None
        return YearReview(
            report=person.report,
            year=year,
            unit=unit,
            status=status if is_back or status != Y.RECEIPTED else Y.SENT,
            grade=grade,
            comment=words.COMMENTS[grade],
            duty_minutes=duty,
            voluntary_minutes=voluntary,
            sessions_count=times,
            graded_by=self.district.clerks[person.community],
            graded_at=graded,
            sent_at=sent,
            receipted_by=unit.liaison if is_back else None,
            receipted_at=min(sent + timedelta(days=9), self.now) if is_back else None,
            receipt="已收到，纳入民主评议。" if is_back else "",
        )
