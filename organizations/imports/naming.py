"""An organization as a cell names it: by its name alone where only one within reach has it, else by its whole path."""

from govern.imports import cells
from govern.imports.cells import Refusal
from organizations.resources import BETWEEN, paths

MOST_OPTIONS = 2000  # above which a drop-down is no help


class Named:
    """A reader of cells that knows the organizations `rows`; `noun` is what they are called in its refusals."""

    def __init__(self, rows, noun):
        self.noun, self.found, self.clashing = noun, {}, set()
        known = paths()
        rows = list(rows.order_by("tree_id", "lft"))
        for row in rows:
            self.found[known[row.pk]] = row
            if row.name in self.found and self.found[row.name] != row:
                self.clashing.add(row.name)
            self.found.setdefault(row.name, row)
        self.names = tuple(known[row.pk] if row.name in self.clashing else row.name for row in rows)
        self.paths = tuple(known[row.pk] for row in rows)

    @staticmethod
    def offered(words):
        return words if len(words) <= MOST_OPTIONS else ()

    def __call__(self, value):
        words = BETWEEN.join(part.strip() for part in cells.text(value).replace("/", BETWEEN).split(BETWEEN))
        if words in self.clashing:
            raise Refusal(f"有几个{self.noun}都叫“{words}”，请从最上级写起，用“{BETWEEN}”连接。")
        if words not in self.found:
            raise Refusal(f"没有“{words}”这个{self.noun}，或不在您的辖区。")
        return self.found[words]
