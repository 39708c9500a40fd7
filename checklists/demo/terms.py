"""届次 of all bodies, most in good time, a few due, one overdue, one put off; and a 换届 in each of its states."""

from datetime import timedelta

from django.utils import timezone

from govern.dates import months_after
from organizations.models import Organization, Term
from organizations.services import elections, terms

DUE_IN = (20, 55, 80, 170, -12)  # days until the terms of the first community bodies end
DOCUMENT = "经开工委组〔2026〕{}号"


class Terms:
    def __init__(self, district, *, now, rng):
        self.district, self.rng = district, rng
        self.today = timezone.localdate(now)

    def run(self):
        bodies = [community.organization for community in self.district.communities]
        self.add_terms(bodies)
        term = Term.objects.get(organization=bodies[len(DUE_IN) - 1], ended_on=None)
        terms.extend_term(
            term,
            until=months_after(term.due_on, 6),
            reason="与区级换届同步安排",
            document=DOCUMENT.format(17),
            actor=self.district.admin,
        )
        for body, upto in zip(bodies, ("prepared", "held", "reported"), strict=False):
            self.elect(body, upto)

    def add_terms(self, bodies):
        branches = Organization.objects.branches().order_by("pk")
        rows = []
        for place, organization in enumerate((*bodies, *branches)):
            years = 5 if place < len(bodies) else 3
            left = DUE_IN[place] if place < len(DUE_IN) else self.rng.randrange(190, years * 330)
            due_on = self.today + timedelta(days=left)
            starts_on = months_after(due_on, -12 * years)
            number = self.rng.randrange(1, 4)
            rows.append(
                Term(
                    organization=organization,
                    number=number,
                    starts_on=starts_on,
                    years=years,
                    due_on=months_after(starts_on, 12 * years),
                )
            )
        Term.objects.bulk_create(rows)

    def elect(self, body, upto):
        actor = self.district.admin
        day = self.today - timedelta(days=6)
        election = elections.prepare_election(body, planned_on=day, seats=5, actor=actor)
        leaders = list(body.leadership_terms.current().order_by("pk").values_list("name", flat=True))
        for name in (*leaders, *(self.district.people.draw().name for _ in range(7 - len(leaders)))):
            if not election.candidacies.filter(name=name).exists():
                elections.nominate(election, name=name, actor=actor)
        if upto == "prepared":
            return
        rows = list(election.candidacies.order_by("pk"))
        votes = {row.pk: yes for row, yes in zip(rows, (61, 60, 57, 55, 52, 21, 14), strict=False)}
        elections.hold_election(election, entitled_count=74, present_count=66, held_on=day, votes=votes, actor=actor)
        if upto == "held":
            return
        election.refresh_from_db()
        elected = elections.result_of(election)[0]
        positions = ("secretary", "deputy_secretary", "organization", "publicity", "discipline")
        chosen = {row.pk: position for row, position in zip(elected, positions, strict=False)}
        elections.report_election(election, positions=chosen, actor=actor)
