"""What people type into cells, read as values: a phone number that Excel made a number, a date that it left as text.

Each reader takes the cell's value, which is neither None nor empty, and raises Refusal in words for whoever typed it.
"""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from govern.exports import FORMULA_STARTS

DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
CLOCK = re.compile(r"(\d{1,2})[:：](\d{2})")
NUMBER = re.compile(r"-?\d[\d,，]*(?:\.\d+)?")
SEPARATORS = re.compile(r"[、，,；;\n]+")
FIRST_DAY = date(1899, 12, 30)  # of which Excel counts
LARGEST = 2**31 - 1  # what a column of whole numbers holds
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


class Refusal(ValueError):
    """Why a cell, or a whole file, cannot be taken."""


def text(value):
    """Words, without what export put before them so that no spreadsheet would run them."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime | date):
        value = f"{value:%Y-%m-%d}"
    words = str(value).strip()
    return words[1:] if words.startswith("'") and words[1:].startswith(FORMULA_STARTS) else words


def count(value):
    """A whole number that is not negative; “30人” is one."""
    words = re.sub(r"[\s,，]", "", text(value)).rstrip("人个件名")
    try:
        number = Decimal(words)
    except InvalidOperation:
        raise Refusal(f"要填数字，您填的是“{text(value)}”。") from None
    if not number.is_finite() or not 0 <= number <= LARGEST or number != number.to_integral_value():
        raise Refusal(f"要填不小于 0 的整数，您填的是“{text(value)}”。")
    return int(number)


def money(value):
    """Yuan, with two decimals; in our own “预算 30,000.00 元，已用…” the first number."""
    found = NUMBER.search(text(value))
    if found is None:
        raise Refusal(f"要填金额（元），您填的是“{text(value)}”。")
    amount = Decimal(re.sub("[,，]", "", found.group()))
    if "万" in text(value):
        raise Refusal("金额请用元，不用万元。")
    if amount < 0:
        raise Refusal("金额不能是负数。")
    if amount > LARGEST:
        raise Refusal(f"金额太大，请核对，您填的是“{text(value)[:40]}”。")
    return amount.quantize(Decimal("0.01"))


def day(value, *, earliest=EARLIEST):
    """A date: a real one, a number of Excel's, or text such as 2026-11-22, 2026/11/22, 2026年11月22日."""
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        found = FIRST_DAY + timedelta(days=int(value)) if 0 < value < 100_000 else None
    else:
        found = _day_in(text(value), earliest)
    if found is None or not earliest <= found <= LATEST:
        raise Refusal(f"日期要写成 2026-11-22 这样，您填的是“{text(value)}”。")
    return found


def _day_in(words, earliest=EARLIEST):
    match = DAY.fullmatch(words) or DAY.match(words)
    if match is None:
        return None
    try:
        found = date(*map(int, match.groups()))
    except ValueError:
        return None
    return found if earliest <= found <= LATEST else None


def days(value):
    """(first, last) of “2026-03-01 / 2026-11-30”."""
    found = [_day_in(match.group()) for match in DAY.finditer(text(value))]
    if len(found) != 2 or None in found:
        raise Refusal(f"要写成 2026-03-01 / 2026-11-30 这样，您填的是“{text(value)}”。")
    return tuple(found)


def span(value):
    """(start, end) of “2026-11-22 14:00—16:00”, in local time."""
    words = text(value) if not isinstance(value, datetime) else f"{value:%Y-%m-%d %H:%M}"
    dates, clocks = [_day_in(match.group()) for match in DAY.finditer(words)], CLOCK.findall(words)
    if not 1 <= len(dates) <= 2 or None in dates or len(clocks) != 2:
        raise Refusal(f"要写成 2026-11-22 14:00—16:00 这样，您填的是“{words}”。")
    try:
        starts, ends = (
            timezone.make_aware(datetime(on.year, on.month, on.day, int(hour), int(minute)))  # noqa: DTZ001 - made so here
            for on, (hour, minute) in zip((dates[0], dates[-1]), clocks, strict=True)
        )
    except ValueError:
        raise Refusal(f"没有这样的时刻：“{words}”。") from None
    if ends <= starts:
        raise Refusal("结束时间要晚于开始时间。")
    return starts, ends


def names(value):
    """["第二小学", "红十字会"] of “第二小学、红十字会”."""
    return [part.strip() for part in SEPARATORS.split(text(value)) if part.strip()]


def choice(options):
    """A reader of one of `options`, {words: value}; blanks around and within do not count."""

    def reader(value):
        wanted = re.sub(r"\s", "", text(value))
        for label, found in options.items():
            if re.sub(r"\s", "", str(label)) == wanted:
                return found
        known = "、".join(map(str, options))
        raise Refusal(
            f"没有“{text(value)}”这一项，可以填：{known}。" if len(known) < 120 else f"没有“{text(value)}”这一项。"
        )

    return reader


def flags(options, everything):
    """A reader of a set of bits written as “周一上午、周三下午”; the word `everything` is none of them."""
    bit_of = {label: bit for bit, label in options}

    def reader(value):
        found = 0
        for name in names(value):
            if name == everything:
                continue
            if name not in bit_of:
                raise Refusal(f"没有“{name}”这一项，可以填：{everything}、{'、'.join(bit_of)}。")
            found |= bit_of[name]
        return found

    return reader


def yes_or_no(value):
    return choice({"是": True, "否": False})(value)
