"""Advisory locks: one number each. Never renumber: an old worker and a new one must mean the same thing by it.

Order, always: an advisory lock, then parent rows, then child rows by primary key.
"""

from enum import IntEnum

from django.db import connection, transaction


class Lock(IntEnum):
    ORGANIZATION_TREE = 1


def tree_lock():
    """Hold every other writer of the organization tree back until this transaction ends.

    django-mptt reads lft and rght, computes, and writes them: whoever reads before taking this lock writes what is no
    longer true. SQLite needs no lock of its own: an IMMEDIATE transaction is already alone.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("the tree lock lives in a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.ORGANIZATION_TREE])
