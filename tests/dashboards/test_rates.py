"""The rates against a plain recount: one loop in Python, row by row, that knows nothing of the SQL."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checklists.models import Dispatch, Need
from dashboards import figures, rates
from organizations.models import Parameter, ParameterValue
from tests.factories import at, make_category, make_community, make_resource, make_superuser, make_unit, new_need

Status = Need.Status
pytestmark = pytest.mark.django_db
NOW = at("2026-11-20 12:00")
HOURS = st.integers(-40, 40)


@st.composite
def rows(draw):
    """The columns of one need, in hours around NOW, as the services leave them; and its dispatches' statuses."""
    status = draw(st.sampled_from(Status.values))
    is_finished = status in (Status.DONE, Status.RATED, Status.CLOSED)
    is_judged = is_finished and draw(st.booleans())
    return {
        "status": status,
        "respond_by": draw(HOURS),
        "handle_by": draw(HOURS),
        "responded_at": draw(st.none() | HOURS),
        "done_at": draw(HOURS) if is_finished else None,
        "closed_at": draw(HOURS) if status in (Status.WITHDRAWN, Status.REJECTED, Status.CLOSED) else None,
        "rated_at": draw(HOURS) if is_judged else None,
        "is_solved": draw(st.booleans()) if is_judged else None,
        "satisfaction": draw(st.sampled_from(Need.Satisfaction.values)) if is_judged else "",
        "dispatches": draw(
            st.lists(st.sampled_from(["finished", "declined", "expired", "recalled"]), max_size=3)
            if status not in (Status.DISPATCHED, Status.TAKEN)
            else st.just(["offered"])
        ),
    }


def recount(needs):
    """{figure: count} of the rates' own figures, by reading each row as a clerk would."""
    found = dict.fromkeys((each for rate in rates.RATES.values() for each in (rate.of, rate.among)), 0)
    for need in needs:
        sent = [word for word in need["dispatches"] if word != "recalled"]
        finished = need["status"] in ("done", "rated", "closed")
        gone = need["status"] in ("rejected", "merged", "withdrawn")
        left = (
            need["status"] == "withdrawn" and need["responded_at"] is None and need["closed_at"] <= need["respond_by"]
        )
        if not left and (need["responded_at"] is not None or need["respond_by"] < 0):
            found["response_due"] += 1
            if need["responded_at"] is not None and need["responded_at"] <= need["respond_by"]:
                found["responded"] += 1
        if finished and need["rated_at"] is not None:
            found["rated"] += 1
            found["solved"] += need["is_solved"]
            found["satisfied"] += need["satisfaction"] != "dissatisfied"
        if finished:
            found["due"] += 1
            found["on_time"] += need["done_at"] <= need["handle_by"]
        elif not gone and need["status"] not in ("suspended", "handed_off") and need["handle_by"] < 0:
            found["due"] += 1
        if sent:
            found["dispatched"] += 1
            found["returned"] += bool({"declined", "expired"} & set(sent))
    return found


class World:
    def __init__(self):
        self.community, self.category = make_community(), make_category()
        self.resource = make_resource(make_unit(self.community.organization), self.category)
        self.target = self.plant({"status": Status.REJECTED})
        Need.objects.all().delete()

    def plant(self, columns):
        from accounts.models import PrivacyNotice

        moments = {
            name: NOW + timedelta(hours=value)
            for name, value in columns.items()
            if name.endswith(("_at", "_by")) and value is not None
        }
        need = new_need(self.community, self.category, notice=PrivacyNotice.objects.first(), submitted_at=NOW)
        need.respond_by = need.handle_by = NOW
        for name, value in {**columns, **moments}.items():
            if name != "dispatches":
                setattr(need, name, value)
        if need.status == Status.HANDED_OFF:
            need.handed_to = "市政"
        if need.status == Status.MERGED:
            need.merged_into = self.plant({"status": Status.WITHDRAWN, "closed_at": 0, "respond_by": 0})
        need.save()
        for status in columns.get("dispatches", ()):
            Dispatch.objects.create(
                need=need,
                resource=self.resource,
                people_count=1,
                status=status,
                reason="no_time" if status == "declined" else "",
                offered_at=NOW,
                reply_by=NOW,
            )
        return need


class TestRecount:
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(needs=st.lists(rows(), max_size=8))
    def test_rates_are_what_a_clerk_counts_by_hand(self, needs):
        with transaction.atomic():
            world = World()
            kept = [world.plant(columns).pk for columns in needs]
            counts = figures.totals(Need.objects.filter(pk__in=kept), NOW, rates.COUNTED)
            expected = recount(needs)
            assert {key: counts[key] for key in expected} == expected
            for rate in rates.RATES.values():
                assert counts[rate.of] <= counts[rate.among]
                # Nothing is forgotten: what is below the line and what is left out are all that was received.
                assert counts[rate.among] + sum(counts[key] for key in rate.left_out) == len(needs), rate.label
            transaction.set_rollback(True)

    def test_parts_of_a_split_need_are_not_counted_again(self):
        world = World()
        whole = world.plant({"status": Status.SPLIT})
        part = world.plant({"status": Status.ACCEPTED})
        Need.objects.filter(pk=part.pk).update(parent=whole)
        assert list(Need.objects.filed()) == [whole]


class TestScore:
    counts = {
        **dict.fromkeys(rates.COUNTED, 0),
        "responded": 9,
        "response_due": 10,
        "solved": 4,
        "satisfied": 5,
        "rated": 5,
        "returned": 1,
        "dispatched": 4,
    }

    def points(self, **given):
        return {**dict.fromkeys(rates.RATES, 0), **given}

    def test_is_the_weighted_mean_of_what_was_asked(self):
        points = self.points(response=20, solution=40, satisfaction=40, on_time=50)
        assert rates.score(self.counts, points) == round((20 * 90 + 40 * 80 + 40 * 100) / 100, 1)

    def test_returned_is_taken_off(self):
        points = self.points(satisfaction=10, returned=20)
        assert rates.score(self.counts, points) == 100 - 20 * 25 / 100

    def test_nothing_asked_or_nothing_weighed_is_no_score(self):
        assert rates.score(dict.fromkeys(rates.COUNTED, 0), self.points(response=10)) is None
        assert rates.score(self.counts, self.points()) is None

    def test_weights_are_those_of_the_day(self):
        parameter = Parameter.objects.get(key="rate_weight_response")
        ParameterValue.objects.create(parameter=parameter, value=70, effective_on=at("2026-06-01 00:00").date())
        assert rates.weights(at("2026-05-31 00:00").date())["response"] == 20
        assert rates.weights(at("2026-06-01 00:00").date())["response"] == 70


class TestInterface:
    def test_hands_out_what_the_page_shows(self, client):
        world = World()
        world.plant(
            {
                "status": Status.CLOSED,
                "responded_at": 0,
                "done_at": 0,
                "rated_at": 0,
                "is_solved": True,
                "satisfaction": "satisfied",
            }
        )
        client.force_login(make_superuser())
        day = NOW.date().isoformat()
        answer = client.get("/api/measures/", {"from": day, "to": day}).json()
        page = client.get("/dashboards/", {"from": day, "to": day}).context
        assert answer["figures"]["received"] == 1
        assert [rate["percent"] for rate in answer["rates"]] == [rate["percent"] for rate in page["rating"]["rates"]]
        assert answer["score"] == page["rating"]["score"] == 100

    def test_bad_dates_and_foreign_nodes(self, client):
        client.force_login(make_superuser())
        assert client.get("/api/measures/", {"from": "gestern"}).status_code == 400
        assert client.get("/api/measures/", {"organization": "9999"}).status_code == 404
