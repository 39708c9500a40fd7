"""`manage.py solve_instance`: an instance from a file, good and bad ones."""

import json
from dataclasses import asdict

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from bench._instances import SIZES, city
from checklists.matching.candidates import candidates
from checklists.matching.instance import Weights
from checklists.matching.solver import solve

EDGES = {
    "edge_need": [0, 0, 1, 2, 2],
    "edge_resource": [0, 1, 0, 0, 1],
    "edge_score": [10, 7, 5, 4, 6],
    "people": [1, 1, 1],
    "capacity": [1, 1],
}
ATTRIBUTES = {
    "need_category": [1, 2],
    "need_community": [1, 1],
    "need_street": [1, 1],
    "need_urgency": [1, 5],
    "need_waiting_days": [0, 4.5],
    "resource_categories": [1, 2],
    "resource_community": [1, 2],
    "resource_street": [1, 1],
    "resource_radius": [1, 2],
    "resource_left": [1, 1],
}


@pytest.fixture
def solved(tmp_path, capsys):
    def run(named, kind="json", **options):
        path = tmp_path / f"instance.{kind}"
        if isinstance(named, bytes):
            path.write_bytes(named)
        elif kind == "json":
            path.write_text(json.dumps(named))
        else:
            np.savez(path, **named)
        call_command("solve_instance", path, json=True, **options)
        return json.loads(capsys.readouterr().out)

    return run


class TestFiles:
    @pytest.mark.parametrize("kind", ["json", "npz"])
    def test_ready_edges(self, solved, kind, tmp_path):
        found = solved(EDGES, kind, eps=1, out=tmp_path / "out.json")
        assert (found["score"], found["served"], found["edges"], found["needs"]) == (16, 2, 5, 3)
        assert found["score"] <= found["upper_bound"]
        assert json.loads((tmp_path / "out.json").read_text())["resource"] == [0, -1, 1]

    def test_attributes_with_everything_left_out_that_may_be(self, solved):
        found = solved(ATTRIBUTES)
        assert (found["score"], found["served"]) == (4500 + 3500 + 100 + 1500 + 2000, 2)

    def test_whole_city(self, solved, tmp_path):
        instance = city(SIZES["S"], 3, quantities=True)
        named = {
            **{
                f"need_{name.removesuffix('s')}": rows
                for name, rows in asdict(instance.needs).items()
                if rows is not None
            },
            **{f"resource_{name}": rows for name, rows in asdict(instance.supply).items() if name != "has_refused"},
        }
        renamed = {"need_waiting_day": "need_waiting_days", "resource_ids": "resource_id"}
        named = {renamed.get(name, name): rows for name, rows in named.items()}
        named["need_people"] = instance.needs.people
        found = solved(named, "npz", out=tmp_path / "out.npz")
        solution = solve(instance, Weights())
        assert found["score"] == solution.certificate.score
        assert found["upper_bound"] == solution.certificate.upper_bound
        assert found["edges"] == len(candidates(instance, Weights()).score)
        with np.load(tmp_path / "out.npz") as out:
            assert (out["resource"] == solution.resource).all()
            assert (out["prices"] == solution.prices).all()

    def test_weights_and_refusals_of_its_own(self, solved):
        weights = [0, 0, 0, 1000, 0, 90, 0.6, 0.2, 0.4]
        assert solved({**ATTRIBUTES, "weights": weights})["score"] == 2000
        assert solved({**ATTRIBUTES, "weights": weights, "refused": [[1, 1]]})["score"] == 1000

    def test_nothing_in_it(self, solved):
        assert solved(dict.fromkeys(EDGES, []))["ratio_to_bound"] == 1
        assert solved(dict.fromkeys(ATTRIBUTES, []))["needs"] == 0

    def test_told_in_words(self, tmp_path, capsys):
        (tmp_path / "instance.json").write_text(json.dumps(EDGES))
        call_command("solve_instance", tmp_path / "instance.json", eps=1)
        assert "总分：16\n" in capsys.readouterr().out


class TestMalformedFiles:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"people": None}, "缺少数组 people"),
            ({"people": [[1, 2, 1]]}, "数组 people 的形状应是 任意，实际是 1×3"),
            ({"people": 3}, "实际是 单个数"),
            ({"people": [1, 0, 1]}, "数组 people 的数应在 1 到 1000000 之间"),
            ({"people": [1.5, 1, 1]}, "数组 people 应是整数"),
            ({"people": ["一", "二", "三"]}, "数组 people 应是整数"),
            ({"people": [1, None, 1]}, "数组 people 应是整数"),
            ({"people": [1, [2], 1]}, "长短不一"),
            ({"capacity": [-1, 2]}, "数组 capacity 的数应在 0 到"),
            ({"edge_score": [-1, 2, 3, 4, 5]}, "数组 edge_score 的数应在 0 到"),
            ({"edge_score": [1, 2]}, "数组 edge_score 的形状应是 5，实际是 2"),
            ({"edge_score": [10**30, 2, 3, 4, 5]}, "数组 edge_score 应是整数"),
            ({"edge_need": [0, 0, 1, 2, 3]}, "数组 edge_need 的数应在 0 到 2 之间"),
            ({"edge_resource": [0, 0, 0, 0, 1]}, "出现了两次"),
        ],
    )
    def test_edges(self, solved, change, message):
        named = {name: rows for name, rows in {**EDGES, **change}.items() if rows is not None}
        with pytest.raises(CommandError, match=message):
            solved(named)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"need_urgency": [0, 6]}, "数组 need_urgency 的数应在 1 到 5 之间"),
            ({"need_waiting_days": [float("nan"), 1]}, "数组 need_waiting_days 的数应在"),
            ({"need_waiting_days": [True, "很久"]}, "应是数字"),
            ({"need_id": [7, 7]}, "数组 need_id 有重复的编号"),
            ({"need_district": [1, 1]}, "要么都有，要么都没有"),
            ({"resource_left": None}, "缺少数组 resource_left"),
            ({"resource_left": 1}, "数组 resource_left 的形状"),
            ({"resource_categories": [[1], [2], [3]]}, "数组 resource_categories 的形状应是 2×任意"),
            ({"resource_radius": [1, 4]}, "数组 resource_radius 的数应在 1 到 3 之间"),
            ({"resource_load": [0, 1.5]}, "数组 resource_load 的数应在 0 到 1 之间"),
            ({"refused": [1, 2]}, "数组 refused 的形状应是 任意×2"),
            ({"weights": [1, 2]}, "数组 weights 的形状应是 9"),
            ({"weights": [0, 0, 0, 0, 0, 0, 0, 0, 0]}, "不能是 0"),
        ],
    )
    def test_attributes(self, solved, change, message):
        named = {name: rows for name, rows in {**ATTRIBUTES, **change}.items() if rows is not None}
        with pytest.raises(CommandError, match=message):
            solved(named)

    @pytest.mark.parametrize(
        ("content", "kind", "message"),
        [
            (b"[1, 2]", "json", "最外层应是"),
            (b"{", "json", "不是 JSON 文件"),
            (b"\xff\xfe\x00", "json", "不是 JSON 文件"),
            (b"", "npz", "不是 .npz 文件"),
            (b"PK\x03\x04broken", "npz", "不是 .npz 文件"),
            (b"\x93NUMPY", "npz", "不是 .npz 文件"),
        ],
    )
    def test_not_an_instance_at_all(self, solved, content, kind, message):
        with pytest.raises(CommandError, match=message):
            solved(content, kind)

    def test_pickles_stay_closed(self, tmp_path):
        np.savez(tmp_path / "bad.npz", people=np.array([{}], dtype=object), allow_pickle=True)
        with pytest.raises(CommandError, match="不能直接读取的对象"):
            call_command("solve_instance", tmp_path / "bad.npz")

    def test_no_such_file_or_step(self, tmp_path):
        with pytest.raises(CommandError, match="读不了文件"):
            call_command("solve_instance", tmp_path / "nowhere.json")
        with pytest.raises(CommandError, match="--eps"):
            call_command("solve_instance", tmp_path / "nowhere.json", eps=0)
        with pytest.raises(CommandError, match="--out"):
            call_command("solve_instance", tmp_path / "nowhere.json", out=tmp_path / "out.csv")
