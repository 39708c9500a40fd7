"""公民身份号码 (GB 11643-1999): 6 digits of the place, 8 of the birthday, 3 in sequence (odd for men), 1 to check."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.deconstruct import deconstructible

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def check_digit(digits):
    """The 18th character that belongs to the first 17 of `digits`."""
    return CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits[:17], strict=True)) % 11]


def born_on(number):
    """The birthday in `number`; None where these digits are no day."""
    try:
        return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def gender_of(number):
    return "male" if int(number[16]) % 2 else "female"


@deconstructible
class IdentityNumberValidator:
    """Says what is wrong with it, in the words of a neighbour."""

    def __call__(self, value):
        number = str(value)
        if len(number) != 18:
            raise ValidationError(f"身份证号要 18 位，您填了 {len(number)} 位。", code="length")
        if not (number[:17].isascii() and number[:17].isdigit()) or number[17] not in "0123456789X":
            raise ValidationError("身份证号前 17 位是数字，最后一位是数字或大写 X。", code="digits")
        if born_on(number) is None:
            raise ValidationError("身份证号里的出生日期不对，请核对第 7 至 14 位。", code="birthday")
        if check_digit(number) != number[17]:
            raise ValidationError("身份证号的最后一位核对不上，请看看有没有写错。", code="check")

    def __eq__(self, other):
        return isinstance(other, IdentityNumberValidator)

    def __hash__(self):
        return hash(type(self))
