"""An instance as a file of arrays: .npz (NumPy, never with pickle) or .json (an object of lists). FORMAT says which."""

import json
from zipfile import BadZipFile

import numpy as np

from checklists.matching.candidates import COMMUNITY_BITS, GROUP_SHIFT, Graph
from checklists.matching.instance import ANY_TIME, NONE, Instance, Needs, Supply, Weights, no_pairs

FORMAT = """文件是 .npz（NumPy 数组，不含 pickle 对象）或 .json（“名称: 列表”的对象），两者名称相同；带 ? 的可以省略。
一、写明需求（n 件）和资源（m 项）的属性：
    need_category need_community need_street need_urgency（1..5） need_waiting_days
    need_id? need_district? need_group?（位，默认 1） need_window?（14 位，0 为任何时间） need_people?（默认 1）
    need_wanted?（点单的资源编号，-1 为没有）
    resource_categories（m 或 m×k，主要类别在前，-1 为没有） resource_community resource_street（-1 为没有）
    resource_radius（1 本社区、2 本街道、3 全区） resource_left（还能服务的人数）
    resource_id? resource_unit? resource_district? resource_groups?（位，0 为所有人） resource_window?（0 为任何时间）
    resource_load?（单位名额已占用的比例 0..1，默认 0） resource_is_open?（默认 1）
    refused?（r×2：需求编号、谢绝它的单位编号；没有 resource_unit 时为资源编号）
    weights?（9 个数：紧急、等待、远近、类别、负荷的分值，等待天数上限，同街道、同区的远近系数，次要类别的系数）
二、或直接写明能配上的 e 对（序号从 0 起，同一对只写一次）：
    edge_need edge_resource edge_score（每人 0..1000000 分） people（n，每件需求的人数） capacity（m，每项资源的名额）
编号不重复，省略时依次为 1、2、3……；区县要么两边都写，要么都不写。
除 need_waiting_days、resource_load、weights 外都是整数。
"""
MANY = 1_000_000  # of people, places or points
IDS = (0, (1 << COMMUNITY_BITS) - 1)
GROUPS = (0, (1 << 30 - GROUP_SHIFT) - 1)


class Malformed(ValueError):
    """The file is not an instance; the message says why, to people."""


def read_file(path):
    """(Instance, Weights) or (Graph, None) from the file at `path`. Raises Malformed or OSError."""
    arrays = Arrays(load_json(path) if path.suffix.lower() == ".json" else load_npz(path))
    if "edge_need" in arrays.named:
        return read_graph(arrays), None
    return read_instance(arrays), read_weights(arrays)


def load_npz(path):
    try:
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (BadZipFile, ValueError, EOFError, AttributeError, TypeError) as error:
        raise Malformed("不是 .npz 文件，或含有不能直接读取的对象。") from error


def load_json(path):
    try:
        named = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(named, dict):
            raise Malformed("JSON 的最外层应是“名称: 数组”的对象。")
        return {name: np.array(rows) for name, rows in named.items()}
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Malformed("不是 JSON 文件。") from error
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, Malformed) else Malformed("JSON 里的数组长短不一或数字过大。") from error


class Arrays:
    """Arrays by name, each asked for with the length and the range it must have."""

    def __init__(self, named):
        self.named = named

    def rows(self, name, count=None, within=IDS, otherwise=None):
        """(count,) int64; `otherwise` is what each is where the array is left out, and None where it must not be."""
        if name not in self.named:
            if otherwise is None:
                raise Malformed(f"缺少数组 {name}。")
            return np.full(count, otherwise, dtype=np.int64)
        rows = self.shaped(name, (count,))
        if rows.size and not np.issubdtype(rows.dtype, np.integer) and rows.dtype != bool:
            raise Malformed(f"数组 {name} 应是整数。")
        return self.ranged(name, rows, within).astype(np.int64)

    def reals(self, name, count, within, otherwise=None):
        if name not in self.named and otherwise is not None:
            return np.full(count, otherwise, dtype=float)
        if name not in self.named:
            raise Malformed(f"缺少数组 {name}。")
        rows = self.shaped(name, (count,))
        if rows.dtype.kind not in "iufb":
            raise Malformed(f"数组 {name} 应是数字。")
        return self.ranged(name, rows.astype(float), within)

    def shaped(self, name, shape):
        rows = self.named[name]
        if rows.ndim != len(shape) or any(w not in (None, h) for w, h in zip(shape, rows.shape, strict=True)):
            wanted = "×".join("任意" if want is None else str(want) for want in shape)
            raise Malformed(f"数组 {name} 的形状应是 {wanted}，实际是 {'×'.join(map(str, rows.shape)) or '单个数'}。")
        return rows

    def ranged(self, name, rows, within):
        low, high = within
        if rows.size and not ((rows >= low) & (rows <= high)).all():
            raise Malformed(f"数组 {name} 的数应在 {low} 到 {high} 之间。")
        return rows

    def ids(self, name, count):
        if name not in self.named:
            return np.arange(1, count + 1)
        ids = self.rows(name, count)
        if len(np.unique(ids)) != count:
            raise Malformed(f"数组 {name} 有重复的编号。")
        return ids


def read_graph(arrays):
    """The Graph; edges to resources too small for their need are left out."""
    people = arrays.rows("people", within=(1, MANY))
    capacity = arrays.rows("capacity", within=(0, MANY))
    need = arrays.rows("edge_need", within=(0, len(people) - 1))
    resource = arrays.rows("edge_resource", len(need), within=(0, len(capacity) - 1))
    score = arrays.rows("edge_score", len(need), within=(0, MANY))
    order = np.lexsort((resource, need))
    need, resource, score = need[order], resource[order], score[order]
    if ((np.diff(need) == 0) & (np.diff(resource) == 0)).any():
        raise Malformed("同一对需求和资源在 edge_need、edge_resource 里出现了两次。")
    fits = people[need] <= capacity[resource]
    return Graph(
        start=np.searchsorted(need[fits], np.arange(len(people) + 1)),
        resource=resource[fits].astype(np.int32),
        score=score[fits].astype(np.int32),
        people=people.astype(np.int32),
        capacity=capacity.astype(np.int32),
    )


def read_instance(arrays):
    category = arrays.rows("need_category")
    n, resources = len(category), arrays.named.get("resource_left")
    m = len(resources) if resources is not None and resources.ndim else None
    if ("need_district" in arrays.named) != ("resource_district" in arrays.named):
        raise Malformed("need_district 和 resource_district 要么都有，要么都没有。")
    needs = Needs(
        ids=arrays.ids("need_id", n),
        category=category,
        community=arrays.rows("need_community", n),
        street=arrays.rows("need_street", n),
        group=arrays.rows("need_group", n, GROUPS, 1),
        window=arrays.rows("need_window", n, (0, ANY_TIME), 0),
        people=arrays.rows("need_people", n, (1, MANY), 1),
        urgency=arrays.rows("need_urgency", n, (1, 5)),
        waiting_days=arrays.reals("need_waiting_days", n, (0, MANY)),
        wanted=arrays.rows("need_wanted", n, (NONE, IDS[1]), NONE),
        district=arrays.rows("need_district", n, otherwise=0),
    )
    return Instance(needs, read_supply(arrays, m), read_refused(arrays))


def read_supply(arrays, m):
    left, home = arrays.rows("resource_left", m, (0, MANY)), (NONE, IDS[1])
    ids = arrays.ids("resource_id", m)
    return Supply(
        ids=ids,
        categories=read_categories(arrays, m),
        community=arrays.rows("resource_community", m, home),
        street=arrays.rows("resource_street", m, home),
        radius=arrays.rows("resource_radius", m, (1, 3)),
        groups=arrays.rows("resource_groups", m, GROUPS, 0),
        window=arrays.rows("resource_window", m, (0, ANY_TIME), 0),
        left=left,
        load=arrays.reals("resource_load", m, (0, 1), 0),
        is_open=arrays.rows("resource_is_open", m, (0, 1), 1).astype(bool),
        has_refused=np.zeros(m, dtype=bool),
        unit=arrays.rows("resource_unit", m) if "resource_unit" in arrays.named else ids,
        district=arrays.rows("resource_district", m, otherwise=0),
    )


def read_categories(arrays, m):
    named = dict(arrays.named)
    if "resource_categories" in named and named["resource_categories"].ndim == 2:
        table = arrays.shaped("resource_categories", (m, None))
        columns = Arrays({"resource_categories": table.reshape(-1)})
        return columns.rows("resource_categories", table.size, (NONE, IDS[1])).reshape(table.shape)
    return arrays.rows("resource_categories", m, (NONE, IDS[1])).reshape(m, 1)


def read_refused(arrays):
    if "refused" not in arrays.named or not arrays.named["refused"].size:
        return no_pairs()
    table = arrays.shaped("refused", (None, 2))
    return Arrays({"refused": table.reshape(-1)}).rows("refused", table.size).reshape(table.shape)


def read_weights(arrays):
    if "weights" not in arrays.named:
        return Weights()
    values = arrays.reals("weights", 9, (0, MANY)).tolist()
    if not values[5]:
        raise Malformed("weights 的第 6 个数（等待天数上限）不能是 0。")
    return Weights(*values)
