"""The rules and the pay table of a scheme as they stand on one day, read once for however many people."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db.models import Min

from cadres import ladder
from cadres.models import PayTable, Rulebook


class Book:
    """ValidationError where the scheme has no rules or no pay table in force on the date `on`."""

    def __init__(self, scheme, on):
        self.scheme, self.on = scheme, on
        self.rulebook = Rulebook.objects.in_force(on).filter(scheme=scheme).whole().first()
        pay_table = PayTable.objects.in_force(on).filter(scheme=scheme).whole().first()
        if self.rulebook is None or pay_table is None:
            what = "晋级规则" if self.rulebook is None else "薪酬标准"
            raise ValidationError(f"{scheme}在 {on:%Y-%m-%d} 还没有{what}，请平台管理员先填。", code="rules")
        self.rules, self.table = self.rulebook.rules, pay_table.table

    @staticmethod
    def first_day(scheme):
        """From which on the scheme has both; None where it never had."""
        days = [
            model.objects.filter(scheme=scheme).aggregate(day=Min("effective_on"))["day"]
            for model in (Rulebook, PayTable)
        ]
        return max(days) if all(days) else None

    def place(self, worker, on=None):
        """Where the rules put `worker` (of `with_record()`) on the date `on` (the book's)."""
        try:
            return ladder.place(worker.record, self.rules, on or self.on)
        except LookupError as error:
            raise ValidationError(f"{worker}的岗位不在{self.rulebook}的规则里。", code="track") from error

    def pay(self, worker, placing, level=None):
        """What `worker` earns there, or on another `level`."""
        try:
            return ladder.pay(worker.record, placing, self.table, level=level)
        except LookupError as error:
            words = f"{self.scheme}的薪酬标准里没有 {level or placing.level} 级的系数。"
            raise ValidationError(words, code="pay") from error

    def next_way(self, worker, placing):
        return ladder.next_way(worker.record, self.rules, placing)

    def ways_up(self, worker, on=None):
        return ladder.ways_up(worker.record, self.rules, on or self.on)


def terms_of(placing):
    """The sum as it is kept: [name, levels, words] of each part."""
    return [[term.name, term.levels, term.words] for term in placing.terms]


def as_money(amount):
    return amount.quantize(Decimal("0.01"))
