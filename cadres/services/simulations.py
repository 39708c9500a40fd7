"""年度测算: what 1 January would bring, worked out first, written to the ledger when somebody has approved it."""

from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import notify_once
from cadres.models import CommunityWorker, GradeEntry, Scheme, Simulation, SimulationLine
from cadres.services.books import Book, as_money, terms_of
from organizations.models import Post

Outcome, Status = SimulationLine.Outcome, SimulationLine.Status
FIGURES = ["track_id", "level_before", "level_after", "pay_before", "pay_after", "outcome"]
REST = ["why", "terms"]


# --- Preparing --------------------------------------------------------------------------------------------------------
def schemes_due(today):
    """Within January: the schemes that have people whom nobody has worked out for its first day."""
    if today.month != 1:
        return []
    first = today.replace(day=1)
    people = CommunityWorker.objects.active().filter(hired_on__lt=first)
    left = people.exclude(simulation_lines__simulation__effective_on=first)
    return [scheme for scheme in Scheme.objects.active() if left.in_scheme(scheme).exists()]


@transaction.atomic
def prepare_simulation(scheme, *, year, actor=None, at=None):
    """Work out 1 January of `year` for everybody in post within reach of `actor` (None: the platform, everybody).

    Again it works out anew what nobody has decided. ValidationError without rules, without people, or for a year that
    is neither this one nor the next.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    if year not in (today.year, today.year + 1):
        raise ValidationError({"year": f"只能测算 {today.year} 年或 {today.year + 1} 年 1 月 1 日。"}, code="year")
    if actor is not None and not actor.has_perm("cadres.add_simulation"):
        raise PermissionDenied("您没有做级别测算的权限。")
    on = date(year, 1, 1)
    book = Book(scheme, on)
    mine = CommunityWorker.objects.all()
    if actor is not None:
        mine = mine.allowed(actor, "cadres.add_simulation")
    people = mine.active().in_scheme(scheme).filter(hired_on__lt=on).with_record().order_by("pk")
    if not people:
        raise ValidationError("您的辖区里没有按这个岗位体系在岗的社区工作者。", code="nobody")
    simulation, _ = Simulation.objects.get_or_create(
        scheme=scheme, effective_on=on, defaults={"prepared_by": actor, "prepared_at": at}
    )
    Simulation.objects.select_for_update(no_key=True).get(pk=simulation.pk)
    simulation.prepared_by, simulation.prepared_at = actor, at
    simulation.save(update_fields=["prepared_by", "prepared_at"])
    _write(simulation, book, people, mine)
    if actor is None:
        _tell(simulation)
    return simulation


def _tell(simulation):
    """Whoever may approve some of what the platform has worked out, once."""
    posts = Post.objects.current().filter(role__permissions__codename="approve_simulation")
    users = User.objects.filter(posts__in=posts, is_active=True).distinct()
    mine = [
        user for user in users if Simulation.objects.allowed(user, "cadres.approve_simulation").contains(simulation)
    ]
    on = simulation.effective_on
    link = f"/admin/cadres/simulation/{simulation.pk}/change/"
    notify_once(mine, text=f"{on.year}年{on.month}月{on.day}日的级别测算已备好，请核对后批准", link=link)


def _write(simulation, book, people, mine):
    lines = {line.worker_id: line for line in simulation.lines.filter(worker__in=mine).select_for_update(of=("self",))}
    computed = {worker.pk: _line(simulation, book, worker) for worker in people}
    changed = []
    for pk, new in computed.items():
        old = lines.get(pk)
        if old is not None and old.status == Status.PENDING:
            for name in FIGURES + REST:
                setattr(old, name, getattr(new, name))
            changed.append(old)
    SimulationLine.objects.bulk_update(changed, [name.removesuffix("_id") for name in FIGURES + REST], batch_size=500)
    SimulationLine.objects.bulk_create([new for pk, new in computed.items() if pk not in lines], batch_size=500)
    gone = [line.pk for pk, line in lines.items() if pk not in computed and line.status == Status.PENDING]
    simulation.lines.filter(pk__in=gone).delete()


def _line(simulation, book, worker):
    """What the day would bring to `worker`, and why."""
    before = worker.entry_on(book.on)
    placing = book.place(worker)
    level_before = before.level if before else placing.level
    line = SimulationLine(
        simulation=simulation,
        worker=worker,
        track_id=placing.post.key,
        level_before=level_before,
        level_after=placing.level,
        pay_before=as_money(book.pay(worker, placing, level_before).total),
        pay_after=as_money(book.pay(worker, placing).total),
        terms=terms_of(placing),
    )
    line.outcome, line.why = _verdict(book, worker, placing, before)
    if line.outcome == Outcome.WAITS:
        line.level_after, line.pay_after = line.level_before, line.pay_before
    return line


def _verdict(book, worker, placing, before):
    """(outcome, its words)."""
    last_year = book.on.year - 1
    if before is None:
        return Outcome.WAITS, "台账里还没有入职定级"
    if last_year not in worker.record.grades:
        return Outcome.WAITS, f"{last_year} 年度考核还没有登记"
    if before.track_id != placing.post.key:
        return Outcome.WAITS, f"台账里还是{before.track}，请先办岗位变动"
    if placing.level > before.level:
        return Outcome.RISES, "；".join(term.words for term in placing.terms if term.name != "post" and term.levels)[
            :300
        ]
    if placing.level < before.level:
        return Outcome.FALLS, _short_of(placing) or "按现行规则算得的级别低于台账"
    return Outcome.STAYS, _why_not(book, worker, placing)


def _short_of(placing):
    return "；".join(f"{year} 年{why}，不计入" for year, why in placing.left_out[-3:])


def _why_not(book, worker, placing):
    way = book.next_way(worker, placing)
    return "；".join(filter(None, [_short_of(placing), way and way.words]))[:300]


# --- Deciding ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def approve_lines(simulation, *, lines, evidence="", actor, at=None):
    """Write the chosen lines (keys) to the ledger, all or none; how many were written.

    Approved already: skipped. ValidationError, code "stale", where something changed since they were worked out.
    """
    at = at or timezone.now()
    chosen = _chosen(simulation, lines, actor)
    pending = [line for line in chosen if line.status == Status.PENDING]
    if declined := [line for line in chosen if line.status == Status.DECLINED]:
        raise ValidationError(f"{_names(declined)}已定为本次不调，要调请先恢复。", code="transition")
    if idle := [line for line in pending if line.outcome not in (Outcome.RISES, Outcome.FALLS)]:
        raise ValidationError(f"{_names(idle)}的级别没有变动，不用批准。", code="outcome")
    if not pending:
        return 0
    book = Book(simulation.scheme, simulation.effective_on)
    _refuse_stale(simulation, book, pending)
    GradeEntry.objects.bulk_create(
        [
            GradeEntry(
                worker=line.worker,
                kind=GradeEntry.Kind.YEARLY,
                effective_on=simulation.effective_on,
                track_id=line.track_id,
                level=line.level_after,
                pay=line.pay_after,
                reason=f"{line.get_outcome_display()}：{line.why}"[:300],
                evidence=evidence,
                terms=line.terms,
                rulebook=book.rulebook,
                approved_by=actor,
                at=at,
            )
            for line in pending
        ]
    )
    _decide(pending, Status.APPROVED, actor=actor, at=at, note=evidence)
    return len(pending)


@transaction.atomic
def decline_lines(simulation, *, lines, note, actor, at=None):
    """本次不调, with the reason; how many. ValidationError beside "note", or for a line that is in the ledger."""
    at = at or timezone.now()
    if not note.strip():
        raise ValidationError({"note": "请写明为什么不调。"}, code="required")
    chosen = _chosen(simulation, lines, actor)
    if approved := [line for line in chosen if line.status == Status.APPROVED]:
        raise ValidationError(f"{_names(approved)}已批准并记入台账，要改请记一笔更正。", code="transition")
    pending = [line for line in chosen if line.status == Status.PENDING]
    _decide(pending, Status.DECLINED, actor=actor, at=at, note=note)
    return len(pending)


@transaction.atomic
def reopen_lines(simulation, *, lines, actor, at=None):
    """恢复: back from 本次不调 to where it can be approved; how many."""
    chosen = [line for line in _chosen(simulation, lines, actor) if line.status == Status.DECLINED]
    for line in chosen:
        line.status, line.decided_by, line.decided_at, line.note = Status.PENDING, None, None, ""
    SimulationLine.objects.bulk_update(chosen, ["status", "decided_by", "decided_at", "note"])
    return len(chosen)


def _chosen(simulation, lines, actor):
    """The lines, under the locks of the simulation, the people, the lines. PermissionDenied for one out of reach."""
    Simulation.objects.select_for_update(no_key=True).get(pk=simulation.pk)
    keys = set(lines)
    rows = simulation.lines.allowed(actor, "cadres.approve_simulation").filter(pk__in=keys)
    workers = CommunityWorker.objects.filter(pk__in=rows.values("worker")).order_by("pk")
    list(workers.select_for_update(no_key=True))
    found = list(rows.select_for_update(of=("self",)).select_related("worker").order_by("worker_id"))
    if simulation.lines.filter(pk__in=keys).count() > len(found):
        raise PermissionDenied("有的人不在您的管辖范围内。")
    if len(found) < len(keys):
        raise ValidationError("有的人已离职或不在这次测算里，您看到的是旧页面，请刷新后再办。", code="stale")
    return found


def _refuse_stale(simulation, book, lines):
    people = CommunityWorker.objects.active().with_record().in_bulk([line.worker_id for line in lines])
    stale = []
    for line in lines:
        worker = people.get(line.worker_id)
        new = worker and _line(simulation, book, worker)
        if not new or any(getattr(new, name) != getattr(line, name) for name in FIGURES):
            stale.append(line)
    if stale:
        words = f"测算以后{_names(stale)}的情况有变动，请先重新测算，再批准。这次一个也没有记入台账。"
        raise ValidationError(words, code="stale")


def _decide(lines, status, *, actor, at, note):
    for line in lines:
        line.status, line.decided_by, line.decided_at, line.note = status, actor, at, note[:200]
    SimulationLine.objects.bulk_update(lines, ["status", "decided_by", "decided_at", "note"], batch_size=500)


def _names(lines):
    names = "、".join(line.worker.name for line in lines[:5])
    return f"{names}等 {len(lines)} 人" if len(lines) > 5 else names


# --- What it costs ----------------------------------------------------------------------------------------------------
def cost_of(lines):
    """(yuan a month, yuan a year) more, if all of `lines` were approved."""
    monthly = sum((line.cost for line in lines), Decimal(0))
    return monthly, monthly * 12
