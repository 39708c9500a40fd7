"""事项准入 of the demonstration in every status, and what was given to grid workers under it."""

from datetime import timedelta

from patrols.demo import words
from patrols.models import Admission
from patrols.services import admissions, errands

SHARES_DONE = (0.5, 0.8, 0.3)  # of each task of words.TASKS
DONE = ("都走到了，两户不在家，留了条。", "已完成，没有发现问题。", "清了三处，照片已报。")


class Errands:
    def __init__(self, district, *, now, rng):
        self.district, self.rng, self.now = district, rng, now
        self.chief = district.admin
        self.director = district.directors[district.streets[0]]

    def day(self, days):
        return None if days is None else (self.now + timedelta(days=days)).date()

    def run(self):
        known = {row[0]: self.admit(row) for row in words.ADMISSIONS}
        for (name, *task), share in zip(words.TASKS, SHARES_DONE, strict=True):
            self.issue(known[name], *task, share)

    def admit(self, row):
        """Applied for by the street, decided by the platform's administrator: one root of the tree each."""
        name, department, basis, duties, is_temporary, starts, ends, decision = row
        admission = Admission(
            name=name,
            department=department,
            basis=basis,
            duties=duties,
            organization=self.district.roots[0],
            is_temporary=is_temporary,
            starts_on=self.day(starts),
            ends_on=self.day(ends),
        )
        applied_at = self.now + timedelta(days=starts - 4 if starts > -7 else starts - 6)
        admission = admissions.apply_admission(admission, actor=self.director, at=applied_at)
        decided_at = applied_at + timedelta(days=2)
        if decision in ("approved", "ended"):
            admission = admissions.approve(admission, note="同意准入", actor=self.chief, at=decided_at)
        if decision == "ended":
            at = decided_at + timedelta(days=40)
            admission = admissions.end(admission, note=words.ENDED, actor=self.chief, at=at)
        if decision == "refused":
            admission = admissions.refuse(admission, note=words.REFUSED, actor=self.chief, at=decided_at)
        return admission

    def issue(self, admission, title, text, issued, due, share):
        grids = self.district.grids[:3]
        issued_at = self.now + timedelta(days=issued)
        errand = errands.issue_errand(
            admission=admission,
            title=title,
            text=text,
            due_on=self.day(due),
            grids=grids,
            actor=self.director,
            at=issued_at,
        )
        for each in errand.shares.order_by("pk")[1 : 1 + round(share * len(grids))]:
            at = issued_at + timedelta(hours=self.rng.randrange(3, 22))
            errands.finish_share(each, note=self.rng.choice(DONE), actor=self.district.workers[each.grid], at=at)
