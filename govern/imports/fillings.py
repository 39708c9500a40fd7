"""What all importers share: the fields of a sheet, a row with what will become of it, and the reading of one."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from govern.imports.cells import Refusal, text

NEW, CHANGED, SAME, BAD = "new", "changed", "same", "bad"
ACTIONS = {NEW: ("新增", "ok"), CHANGED: ("修改", "info"), SAME: ("不变，跳过", "plain"), BAD: ("要改", "bad")}
WHOLE_ROW = "整行"


@dataclass(frozen=True)
class Sheet:
    """What is imported: `unit` is what its rows are counted in, `heads` the columns that an export of it has."""

    title: str
    unit: str
    heads: tuple = ()


@dataclass(frozen=True)
class Field:
    """One column of the sheet that is filled in. `options` are offered as a drop-down, for `hint` there is a sheet."""

    key: str
    head: str
    parse: Callable = text
    is_required: bool = False
    example: str = ""
    hint: str = ""
    options: tuple = ()


@dataclass
class Row:
    """A line of the file by its number there, and what will become of it."""

    number: int
    values: dict = field(default_factory=dict)
    action: str = NEW
    label: str = ""
    details: list = field(default_factory=list)
    errors: list = field(default_factory=list)  # (head, reason)
    subject: object = None  # the row to be saved, or the one that is there

    def refuse(self, head, reason):
        self.action = BAD
        self.errors.append((head, reason))

    @property
    def word(self):
        return ACTIONS[self.action][0]

    @property
    def tone(self):
        return ACTIONS[self.action][1]


ROWS_PER_WORD = 20  # so often it is said how far the writing is


class Filling:
    """One model's importer for one user. `fields` may depend on what the user may choose.

    `check` looks at a row whose cells could all be read; `save` writes one through the service and is called within a
    transaction of all rows. Where a service takes all at once, `write` calls it instead.
    """

    model = None
    sheet = None  # a Sheet, or what has its attributes
    siblings = ()  # sheets that might be taken for this one
    label_heads = ()  # what the preview calls a row
    consent = ""  # what whoever confirms says of the people in the sheet
    most = 5000  # rows of one file
    in_request = 200  # rows that are written while the browser waits: some four seconds
    progress = None  # called with the share of rows written, 0 to 1, for whoever waits

    def __init__(self, user):
        self.user = user
        self.seen = {}
        self.fields = self.make_fields()
        self.by_head = {each.head: each for each in self.fields}
        self.head_of = {each.key: each.head for each in self.fields}

    def make_fields(self):
        raise NotImplementedError

    @property
    def key(self):
        return f"{self.model._meta.app_label}-{self.model._meta.model_name}"

    def page(self, name, *args):
        """The address of one of the admin's pages for the model."""
        return reverse(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_{name}", args=args)

    def rows(self, lines):
        """A Row for each (number, {head: value}) of `lines`."""
        return [self.row(number, cells) for number, cells in lines]

    def row(self, number, cells):
        row = Row(number, label=self.label(cells))
        for each in self.fields:
            value = cells.get(each.head)
            if value is None or text(value) == "":
                if each.is_required:
                    row.refuse(each.head, "这一栏要填。")
                continue
            try:
                row.values[each.key] = each.parse(value)
            except Refusal as refusal:
                row.refuse(each.head, str(refusal))
        if row.action != BAD:
            self.check(row, cells)
        return row

    def label(self, cells):
        return " ".join(text(cells[head]) for head in self.label_heads if cells.get(head))[:60]

    def check(self, row, cells):
        raise NotImplementedError

    def write(self, rows):
        """Write the good `rows`; what a service refuses makes a row bad, and none is kept then."""
        for done, row in enumerate(rows):
            if self.progress and done % ROWS_PER_WORD == 0:
                self.progress(done / len(rows))
            try:
                with transaction.atomic():
                    self.save(row)
            except ValidationError as error:
                self.tell(row, error)
            except PermissionDenied as error:
                row.refuse(WHOLE_ROW, str(error) or "您没有这个权限。")

    def save(self, row):
        raise NotImplementedError

    def is_twin(self, row, key):
        """Refuse `row` where an earlier line of the file has the same `key`."""
        if (first := self.seen.setdefault(key, row.number)) != row.number:
            row.refuse(WHOLE_ROW, f"和第 {first} 行重复。")
            return True
        return False

    def judge(self, row, instance, skipped):
        """Ask the model of what it can say without the database, and keep `instance` for saving."""
        try:
            instance.clean_fields(exclude=skipped)
        except ValidationError as error:
            self.tell(row, error)
        row.subject = instance

    def tell(self, row, error):
        """The reasons of a ValidationError, each beside its column."""
        reasons = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, messages in reasons.items():
            for message in messages:
                row.refuse(self.head_of.get(name, WHOLE_ROW), message)
