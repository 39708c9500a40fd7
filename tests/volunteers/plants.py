"""One row of every model of the volunteers, for the scope matrix."""

from datetime import date, time, timedelta

from django.utils import timezone

from govern.codes import new_code
from tests.volunteers.people import make_volunteer
from tests.volunteers.positions import make_position
from tests.volunteers.sessions import make_series, make_session, make_signup
from volunteers import models


def volunteer_rows(place):
    volunteer = make_volunteer(place.community, unit=place.unit)
    signup = make_signup(make_session(place.community), volunteer)
    return [
        volunteer,
        *_report_rows(place, volunteer),
        *_record_rows(place, volunteer, signup),
        *_team_rows(place, volunteer),
        *_service_rows(place, volunteer, signup),
        *_ledger_rows(place, volunteer, signup),
    ]


def _report_rows(place, volunteer):
    now = timezone.now()
    report = models.Report.objects.create(
        volunteer=volunteer, community=place.community, code=new_code(), submitted_at=now
    )
    return [
        models.UnitReport.objects.create(unit=place.unit, community=place.community, secretary="周书记"),
        report,
        report.events.create(to_status="submitted", at=now),
        report.reviews.create(year=2025, unit=place.unit),
    ]


def _record_rows(place, volunteer, signup):
    told = {"on": date(2026, 5, 1), "recorded_by": place.chief}
    return [
        volunteer.trainings.create(title="急救", minutes=60, organizer="红十字会", **told),
        volunteer.commendations.create(title="优秀志愿者", awarder="街道", **told),
        volunteer.corrections.create(signup=signup, text="少记一小时"),
    ]


def _team_rows(place, volunteer):
    team = models.Team.objects.create(community=place.community, name="水电队", kind="volunteer")
    muster = team.musters.create(
        text="抗雪", place="广场", meet_at=timezone.now() + timedelta(hours=1), called_by=place.chief
    )
    station = models.Station.objects.create(community=place.community, name="服务站", code=new_code(), place="东门")
    good = station.goods.create(name="毛巾", points=2, count=1)
    return [
        team,
        team.memberships.create(volunteer=volunteer, status="joined"),
        muster,
        muster.answers.create(volunteer=volunteer, answer="coming"),
        station,
        station.opening_hours.create(weekday=1, starts_at=time(9), ends_at=time(11)),
        good,
        good.moves.create(change=1, reason="入库", actor=place.chief),
        models.Exchange.objects.create(volunteer=volunteer, good=good, points=2, handed_by=place.chief),
    ]


def _service_rows(place, volunteer, signup):
    series = make_series(place.community)
    position = make_position(place.community)
    return [
        series,
        series.exceptions.create(day=date(2030, 1, 1), reason="元旦"),
        signup.session,
        signup,
        position,
        position.holdings.create(volunteer=volunteer, status="claimed"),
    ]


def _ledger_rows(place, volunteer, signup):
    today = timezone.localdate()
    told = {"community": place.community, "words": signup.session.title}
    hours = volunteer.hour_entries.create(
        ledger="voluntary", minutes=60, served_on=today, counts_on=today, signup=signup, **told
    )
    return [
        hours,
        volunteer.point_entries.create(points=1, hour_entry=hours, words="一小时"),
        volunteer.stars.create(level=1, minutes=6000, published_until=today),
        volunteer.certificates.create(
            number=f"证字第{place.number}号",
            sign=new_code(),
            community=place.community,
            starts_on=today,
            ends_on=today,
            minutes=60,
            sessions_count=1,
            content="清扫",
        ),
    ]
