"""The number on a slip that lets one person vote once: nine digits in three groups, for a telephone's number pad.

Eight are drawn, the ninth is their check digit (ISO/IEC 7812-1, Luhn): a slip of the finger is told from a guess, so
that a room of people behind one address is not locked out for its typing.
"""

import secrets

LENGTH = 9


def draw():
    digits = f"{secrets.randbelow(10 ** (LENGTH - 1)):0{LENGTH - 1}}"
    return digits + check_digit(digits)


def check_digit(digits):
    """Every second digit from the right is doubled; the sum of all digits is filled up to a ten."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 == 0 else 1)
        total += number // 10 + number % 10
    return str(-total % 10)


def is_well_formed(code):
    return len(code) == LENGTH and code.isascii() and code.isdigit() and check_digit(code[:-1]) == code[-1]


def spoken(code):
    """378402915 -> 378 402 915"""
    return " ".join(code[start : start + 3] for start in range(0, LENGTH, 3))
