import json
import resource
from pathlib import Path

import numpy as np
from django.core.management import BaseCommand, CommandError
from django.core.management.base import DjangoHelpFormatter

from checklists.matching import files
from checklists.matching.auction import TooLarge
from checklists.matching.candidates import Graph
from checklists.matching.solver import EPS, STAGES, solve, solve_graph

LABELS = {
    "needs": "需求",
    "resources": "资源",
    "edges": "可配对数",
    "eps": "精度步长（分）",
    "score": "总分",
    "upper_bound": "总分上界",
    "ratio_to_bound": "总分与上界之比",
    "served": "配上的需求",
    "people_served": "服务人数",
    "seconds_candidates": "找候选用时（秒）",
    "seconds_solve": "求解用时（秒）",
    "seconds_certificate": "其中核验用时（秒）",
    "peak_mb": "内存峰值（MB）",
}


class Plain(DjangoHelpFormatter):
    """Keeps the lines of the help as they are written."""

    def _fill_text(self, text, width, indent):
        return text


class Command(BaseCommand):
    help = f"用匹配引擎求解文件里的一个实例，给出总分、上界和用时，便于与其他求解器核对。\n\n{files.FORMAT}"

    def create_parser(self, *arguments, **options):
        return super().create_parser(*arguments, formatter_class=Plain, **options)

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="实例文件，.npz 或 .json")
        parser.add_argument("--eps", type=int, default=EPS, help=f"精度步长（分），越小越接近最优，越慢；默认 {EPS}")
        parser.add_argument("--json", action="store_true", help="只输出一行 JSON")
        parser.add_argument(
            "--out",
            type=Path,
            help="结果写入 .npz 或 .json：resource 是每件需求所配资源的序号（从 0 起，-1 为未配上），及 score、prices",
        )

    def handle(self, *, file, eps, out, **options):
        if not 1 <= eps <= files.MANY:
            raise CommandError(f"--eps 应在 1 到 {files.MANY} 之间。")
        if out and out.suffix.lower() not in (".npz", ".json"):
            raise CommandError("--out 应是 .npz 或 .json 文件。")
        try:
            instance, weights = files.read_file(file)
            solution = solve_graph(instance, eps) if isinstance(instance, Graph) else solve(instance, weights, eps)
        except OSError as error:
            raise CommandError(f"读不了文件 {file}：{error.strerror or error}") from error
        except TooLarge as error:
            raise CommandError("需求、资源过多，或分值过大，超出引擎的范围。") from error
        except files.Malformed as error:
            raise CommandError(f"{file}：{error}") from error
        self.tell(figures(instance, solution, eps), options["json"])
        if out:
            write(solution, out)

    def tell(self, found, as_json):
        if as_json:
            self.stdout.write(json.dumps(found))
            return
        for name, value in found.items():
            self.stdout.write(
                f"{LABELS[name]}：{value:,}" if isinstance(value, int) else f"{LABELS[name]}：{value:.5f}"
            )


def figures(instance, solution, eps):
    sides = (instance.people, instance.capacity) if isinstance(instance, Graph) else (instance.needs, instance.supply)
    certificate, seconds = solution.certificate, {stage: solution.seconds.get(stage, 0) for stage in STAGES}
    return {
        "needs": len(sides[0]),
        "resources": len(sides[1]),
        "edges": solution.edges,
        "eps": eps,
        "score": certificate.score,
        "upper_bound": certificate.upper_bound,
        "ratio_to_bound": certificate.ratio,
        "served": certificate.served,
        "people_served": certificate.people_served,
        "seconds_candidates": round(seconds["candidates"], 4),
        "seconds_solve": round(seconds["auction"] + seconds["certificate"], 4),
        "seconds_certificate": round(seconds["certificate"], 4),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def write(solution, out):
    arrays = {"resource": solution.resource, "score": solution.score, "prices": solution.prices}
    if out.suffix.lower() == ".json":
        out.write_text(json.dumps({name: rows.tolist() for name, rows in arrays.items()}))
    else:
        np.savez_compressed(out, **arrays)
