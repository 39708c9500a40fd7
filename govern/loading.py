"""Rows by the hundred thousand, past the ORM: COPY on PostgreSQL, plain inserts on SQLite."""

import io
import json
from contextlib import contextmanager
from datetime import UTC, date

from django.core.management.color import no_style
from django.db import connection
from django.db.models import NOT_PROVIDED, Max

CHUNK = 20_000
SECONDARY = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = %s::regclass
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND conrelid = indrelid)
"""
TARGETS = "SELECT attnum, attstattarget FROM pg_attribute WHERE attrelid = %s::regclass AND attstattarget > 0"
FOREIGN_KEYS = """
    SELECT quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype = 'f'
"""


class Loading:
    """Rows of `model` given as tuples of the columns `names`; every other column holds the model's default.

    Values are numbers, booleans, None or plain texts (moments as UTC "2026-11-23 10:00:00"); texts without control
    characters and backslashes. `count` says how many were written.
    """

    def __init__(self, model, *names):
        self.table = model._meta.db_table
        known = {field.attname: field for field in model._meta.concrete_fields if not field.generated}
        rest = [name for name, field in known.items() if name not in names and not field.primary_key]
        self.columns = [known[name].column for name in names] + [known[name].column for name in rest]
        self.constants = tuple(_default(known[name]) for name in rest)
        self.waiting = []
        self.count = 0

    def add(self, *values):
        self.waiting.append(values)
        if len(self.waiting) == CHUNK:
            self.flush()

    def flush(self):
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                fixed = "".join(f"\t{_text(value)}" for value in self.constants) + "\n"
                lines = "".join("\t".join(map(_text, row)) + fixed for row in self.waiting)
                cursor.copy_expert(f"COPY {self.table} ({columns}) FROM STDIN", io.StringIO(lines))
            else:
                marks = ", ".join(["%s"] * len(self.columns))
                rows = [(*row, *self.constants) for row in self.waiting]
                cursor.executemany(f"INSERT INTO {self.table} ({columns}) VALUES ({marks})", rows)  # noqa: S608 # names of ours
        self.count += len(self.waiting)
        self.waiting = []


def _default(field):
    value = field.get_default() if field.default is not NOT_PROVIDED or not field.null else None
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(value) if isinstance(value, date) else value


def _text(value):
    return "\\N" if value is None else str(value)


def stamp(at):
    """A moment as Loading takes it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def first_free_pk(model):
    return (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


@contextmanager
def bulk(*models):
    """Without secondary indexes and foreign keys of `models` inside, checked and built once at the end: what the
    PostgreSQL manual calls populating a database. Holds the tables alone until the transaction ends.
    """
    kept = []
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the commit bars a table from being changed
            for table in [model._meta.db_table for model in models]:
                cursor.execute(FOREIGN_KEYS, [table])
                for name, definition in cursor.fetchall():
                    kept.append((2, f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"))
                    cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
                cursor.execute(SECONDARY, [table])
                for name, definition in cursor.fetchall():
                    kept.append((1, definition))
                    cursor.execute(TARGETS, [name])
                    for column, target in cursor.fetchall():
                        kept.append((3, f"ALTER INDEX {name} ALTER COLUMN {column} SET STATISTICS {target}"))
                    cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        for _, statement in sorted(kept):
            cursor.execute(statement)
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    tell_planner()


def tell_planner():
    """Count the rows this transaction has written: autovacuum does not see them, and a planner that takes filled
    tables for empty ones reads them whole for every row.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
