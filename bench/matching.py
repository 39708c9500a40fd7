"""The matching engine against what people write first and against exact solvers, on synthetic cities.

`python -m bench.matching --size L --seed 1 --eps 200 --solver auction --json` measures one run. Without arguments: the
table for S, M and L with every solver that is feasible there, and the goals beside what was measured; `--all` adds XL
(a million needs, two workers), which takes minutes. Each run has a process of its own, whose peak memory (ru_maxrss:
with Python, NumPy and the instance) is `peak_mb`. `seconds_solve` is the auction with its certificate;
`seconds_django_io` what Django takes to read the rows and to bulk_create the result, `seconds_our_io` what integers and
COPY take, both on a throwaway PostgreSQL (SQLite where there is none). Ratios of one run are worth more than its
seconds.
"""

import argparse
import json
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

from bench._baselines import flow, greedy, naive, networkx_flow
from bench._instances import SIZES, city
from bench._rows import seconds_of_rows
from checklists.matching.candidates import candidates
from checklists.matching.certificate import certify, total
from checklists.matching.instance import Weights, split
from checklists.matching.solver import solve, solve_graph

SOLVERS = ("auction", "greedy", "naive", "flow", "networkx")
FEASIBLE = {"S": SOLVERS, "M": SOLVERS, "L": SOLVERS[:4], "XL": SOLVERS[:1]}
EPSILONS = (200, 50)
TRIES = 3


def alone(function, *arguments):
    """In a process of its own, so that memory and warmth of one run are not another's."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def peak_mb():
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def measure(options):
    """One run of one solver, as a dictionary; the best of a few tries where it is short."""
    if options.solver == "auction" and options.workers > 1:
        return in_workers(options)
    instance = city(SIZES[options.size], options.seed, tightness=options.tightness, quantities=options.quantities)
    tries = 1 if options.size == "XL" or options.solver == "networkx" else TRIES
    runs = [attempt(options, instance) for _ in range(tries)]
    return min(runs, key=lambda run: run["seconds_solve"])


def attempt(options, instance):
    """District by district; what a solver answers is (certificate, or score and served)."""
    watch, answers, edges = Watch(), [], 0
    for part in split(instance):
        with watch("candidates"):
            graph = candidates(part.instance, Weights())
        with watch("solve"):
            answers.append(RUNS[options.solver](part, graph, options.eps))
        edges += len(graph.score)
    peak = peak_mb()
    if options.solver in ("greedy", "naive"):  # which know no bound of their own
        answers = [bounded(part, edge, options.eps) for part, edge in zip(split(instance), answers, strict=True)]
    return {**summed(answers), "edges": edges, **watch.seconds, "peak_mb": peak}


class Watch:
    """Seconds on the clock, and of the processor, which a busy machine does not lengthen as much."""

    def __init__(self):
        self.seconds = {}

    @contextmanager
    def __call__(self, stage):
        clock, processor = time.perf_counter(), time.process_time()
        yield
        for name, spent in (
            (f"seconds_{stage}", time.perf_counter() - clock),
            (f"cpu_seconds_{stage}", time.process_time() - processor),
        ):
            self.seconds[name] = self.seconds.get(name, 0) + spent


def bounded(part, edge, eps):
    graph = candidates(part.instance, Weights())
    return certify(graph, edge, solve_graph(graph, eps).prices)


def summed(answers):
    if isinstance(answers[0], tuple):
        score, served = (sum(column) for column in zip(*answers, strict=True))
        return {"score": score, "upper_bound": score, "ratio_to_bound": 1.0, "served": served}
    return of_certificate(total(answers))


def priority(part):
    """How the office would put needs in line: by urgency and waiting."""
    needs, weights = part.instance.needs, Weights()
    return weights.urgency_points(needs.urgency) + weights.waiting_points(needs.waiting_days)


RUNS = {
    "auction": lambda part, graph, eps: solve_graph(graph, eps).certificate,
    "greedy": lambda part, graph, eps: greedy(graph),
    "naive": lambda part, graph, eps: naive(graph, priority(part)),
    "flow": lambda part, graph, eps: flow(graph),
    "networkx": lambda part, graph, eps: networkx_flow(graph),
}


def of_certificate(certificate):
    return {
        "score": certificate.score,
        "upper_bound": certificate.upper_bound,
        "ratio_to_bound": certificate.ratio,
        "served": certificate.served,
    }


def district(part, eps):
    solution = solve(part.instance, Weights(), eps)
    return solution.certificate, solution.edges, solution.seconds, peak_mb()


def in_workers(options):
    """Districts shared out among worker processes: the clock runs from the first instance handed out to the last
    answer, the memory is that of all processes together."""
    instance = city(SIZES[options.size], options.seed, tightness=options.tightness, quantities=options.quantities)
    started = time.perf_counter()
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
        parts = [pool.submit(district, part, options.eps) for part in split(instance)]
        answers = [part.result() for part in parts]
    ended = time.perf_counter()
    certificates, edges, seconds, peaks = zip(*answers, strict=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        **of_certificate(total(certificates)),
        "edges": sum(edges),
        "seconds_candidates": sum(part["candidates"] for part in seconds),
        "seconds_solve": sum(part["auction"] + part["certificate"] for part in seconds),
        "seconds_clock": ended - started,
        "cpu_seconds_solve": used.ru_utime + used.ru_stime,  # with the candidates
        "peak_mb": peak_mb() + max(peaks) * options.workers,
    }


def rows(options):
    """Seconds of the rows for a city of this size; None at XL, where planting them alone takes many minutes."""
    if options.size == "XL" or options.no_rows:
        return {"database": None, "django": None, "ours": None}
    size = SIZES[options.size]
    instance = city(size, options.seed, tightness=options.tightness, quantities=options.quantities)
    return seconds_of_rows(instance, size, solve(instance, Weights(), 200).resource)


def record(options, optimum=None, io=None):
    """Everything about one run under the names that are promised."""
    run = alone(measure, options)
    io = io or alone(rows, options)
    if optimum is None and options.optimum:
        optimum = run["score"] if options.solver == "flow" else alone(measure, with_solver(options, "flow"))["score"]
    return {
        "size": options.size,
        "seed": options.seed,
        "eps": options.eps if options.solver == "auction" else None,
        "solver": options.solver,
        "quantities": options.quantities,
        "tightness": options.tightness,
        **{name: round(value, 5) if isinstance(value, float) else value for name, value in run.items()},
        "ratio_to_optimum": round(run["score"] / optimum, 6) if optimum else None,
        "seconds_django_io": io["django"],
        "seconds_our_io": io["ours"],
        "database": io["database"],
    }


def with_solver(options, solver, **others):
    return argparse.Namespace(**{**vars(options), "solver": solver, **others})


COLUMNS = (
    ("solver", "{}", 16),
    ("score", "{:,}", 13),
    ("ratio_to_optimum", "{:.5f}", 17),
    ("ratio_to_bound", "{:.5f}", 15),
    ("served", "{:,}", 8),
    ("seconds_candidates", "{:.3f}", 19),
    ("seconds_solve", "{:.3f}", 14),
    ("cpu_seconds_solve", "{:.3f}", 18),
    ("peak_mb", "{}", 8),
)


def line(run):
    label = run["solver"] + (f" eps {run['eps']}" if run["eps"] else "")
    cells = [(form.format(run[name]) if run.get(name) is not None else "-", width) for name, form, width in COLUMNS[1:]]
    return f"{label:16}" + "".join(f"{cell:>{width}}" for cell, width in cells)


def table(options, tell):
    """All runs, {(size, solver, eps, quantities): record}, each told as soon as it is there."""
    found = {}
    for size in ("S", "M", "L") + (("XL",) if options.all else ()):
        base = with_solver(options, "flow", size=size, workers=2 if size == "XL" else 1)
        io = alone(rows, base)
        tell(
            f"\n{size}: {SIZES[size].needs:,} needs, {SIZES[size].resources:,} resources; rows through Django "
            f"{io['django']} s, ours {io['ours']} s ({io['database']})"
        )
        tell("".join(f"{name:>{width}}" if name != "solver" else f"{name:16}" for name, _, width in COLUMNS))
        for quantities in (False, True) if size in ("M", "L") else (False,):
            if quantities:
                tell("needs for one to five people; the optimum is the bound of the linear program")
            optimum = None
            for solver in ("flow", *(name for name in FEASIBLE[size] if name != "flow")):
                if solver not in FEASIBLE[size] or (quantities and solver not in ("flow", "auction")):
                    continue
                for eps in EPSILONS if solver == "auction" and size != "XL" else (50,):
                    run = record(with_solver(base, solver, eps=eps, quantities=quantities), optimum, io)
                    optimum = run["score"] if solver == "flow" else optimum
                    run["ratio_to_optimum"] = run["score"] / optimum if optimum else None
                    found[size, solver, run["eps"], quantities] = run
                    tell(line(run))
    return found


def goals(runs):
    """[(goal, what was measured, met)]"""
    at = {key[:3]: run for key, run in runs.items() if not key[3]}
    many = {key[:3]: run for key, run in runs.items() if key[3]}
    fast, fine = at["L", "auction", 200], at["L", "auction", 50]

    def share(run):
        return (run["seconds_candidates"] + run["seconds_solve"]) / run["seconds_django_io"]

    def times(size, other, run):
        return at[size, other, None]["cpu_seconds_solve"] / run["cpu_seconds_solve"]

    greedy_at_m = max((at["M", name, None] for name in ("greedy", "naive")), key=lambda run: run["score"])
    m = at["M", "auction", 50]
    more, wider = m["score"] / greedy_at_m["score"] - 1, m["served"] / greedy_at_m["served"] - 1
    found = [
        ("G1 L eps 200: time of Django's rows, <= 1", share(fast), share(fast) <= 1),
        ("G1 L eps 200: of the optimum, >= 0.999", fast["ratio_to_optimum"], fast["ratio_to_optimum"] >= 0.999),
        ("G1 L eps 50: time of Django's rows, <= 3", share(fine), share(fine) <= 3),
        ("G1 L eps 50: of the optimum, >= 0.9999", fine["ratio_to_optimum"], fine["ratio_to_optimum"] >= 0.9999),
        ("G2 L eps 200: certificate, >= 0.99", fast["ratio_to_bound"], fast["ratio_to_bound"] >= 0.99),
        ("G2 L eps 50: certificate, >= 0.9975", fine["ratio_to_bound"], fine["ratio_to_bound"] >= 0.9975),
        ("G3 M: score over the better greedy, >= 4 %", more * 100, more >= 0.04),
        ("G3 M: needs served over it, >= 5 %", wider * 100, wider >= 0.05),
        ("G4 L eps 200: times faster than the flow, >= 5", times("L", "flow", fast), times("L", "flow", fast) >= 5),
        ("G4 M eps 50: times faster than networkx, >= 30", times("M", "networkx", m), times("M", "networkx", m) >= 30),
    ]
    for size in ("M", "L"):
        ratio = many[size, "auction", 50]["ratio_to_optimum"]
        found.append((f"G5 {size}: of the LP bound, >= 0.99", ratio, ratio >= 0.99))
    if huge := at.get(("XL", "auction", 50)):
        found += [
            ("G6 XL, two workers: seconds, <= 40", huge["seconds_clock"], huge["seconds_clock"] <= 40),
            ("   (of the processor, shared by two)", huge["cpu_seconds_solve"] / 2, huge["cpu_seconds_solve"] <= 80),
            ("G6 XL, two workers: MB of all, <= 4096", huge["peak_mb"], huge["peak_mb"] <= 4096),
            ("G6 XL: certificate, >= 0.999", huge["ratio_to_bound"], huge["ratio_to_bound"] >= 0.999),
        ]
    peak = max(fast["peak_mb"], fine["peak_mb"])
    return [*found, ("G7 L: peak MB, <= 600", peak, peak <= 600)]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", choices=SIZES, help="one run; without, the whole table")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--eps", type=int, default=50)
    parser.add_argument("--solver", choices=SOLVERS, default="auction")
    parser.add_argument("--tightness", type=float, default=1.25, help="people of all needs over all places")
    parser.add_argument("--quantities", action="store_true", help="needs for one to five people")
    parser.add_argument("--optimum", action="store_true", help="also the exact optimum, by OR-Tools' flow")
    parser.add_argument("--no-rows", action="store_true", help="do not time the rows of the database")
    parser.add_argument("--workers", type=int, help="processes by district; by default 2 at XL, else 1")
    parser.add_argument("--all", action="store_true", help="XL as well in the table")
    parser.add_argument("--json", action="store_true", help="one line of JSON per run, nothing else")
    options = parser.parse_args()
    options.workers = options.workers or (2 if options.size == "XL" else 1)
    return options


def main():
    options = arguments()

    def say(text):
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    if options.size:
        run = record(options)
        say(json.dumps(run) if options.json else "\n".join(f"{name:20} {value}" for name, value in run.items()))
        return
    runs = table(options, (lambda text: None) if options.json else say)
    if options.json:
        say("\n".join(json.dumps(run) for run in runs.values()))
        return
    say("")
    for goal, value, is_met in goals(runs):
        say(f"{goal:50} {value:10.4f}  {'met' if is_met else 'NOT MET'}")
    if not options.all:
        say(f"{'G6 XL':50}             `python -m bench.matching --all`")
    say(f"{'G8 one new need':50}             bench.propose, bench.arrival")


if __name__ == "__main__":
    main()
