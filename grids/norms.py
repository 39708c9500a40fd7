"""规模: how many households a 综合网格 should have, and what to say of one that has not."""

from dataclasses import dataclass

from organizations.parameters import parameters

SPANS = "网格属于一个社区的做法（西安市地方标准 DB6101/T 3185-2024）与此不同，只作提示。"


@dataclass(frozen=True)
class Norm:
    """From `least` to `most` households; dated settings."""

    least: int
    most: int

    def fault(self, households):
        """少于 300 户; "" for what fits."""
        if households < self.least:
            return f"少于 {self.least} 户"
        return f"多于 {self.most} 户" if households > self.most else ""

    def said(self, name, households):
        """二网格 180 户，少于 300 户."""
        return "，".join(words for words in (f"{name} {households} 户", self.fault(households)) if words)


def norm(on=None):
    found = parameters("grid_min_households", "grid_max_households", on=on)
    return Norm(int(found["grid_min_households"]), int(found["grid_max_households"]))


def holds_households(grid):
    """Whether the norm is meant for it: neither a 专属网格 nor a 总网格 has to have households."""
    return grid.level == "community" and grid.kind == "general"


def warnings(grid, households, size):
    """What of the rules is not kept by `grid` with its `households`, as sentences; `size` is the Norm."""
    words = []
    communities = list(grid.communities.all())
    if grid.level == "district":
        words.append(f"这是区级总网格，{SPANS}")
    elif len(communities) > 1:
        words.append(f"覆盖 {len(communities)} 个社区，{SPANS}")
    elif communities and not grid.code.startswith(communities[0].code):
        words.append(f"网格编码前 12 位与{communities[0]}的 {communities[0].code} 不一致，可在“更正”里改。")
    if grid.dissolved_on is None and holds_households(grid) and (fault := size.fault(households)):
        words.append(f"综合网格现有 {households} 户，{fault}（规模 {size.least} 至 {size.most} 户）。")
    return words
