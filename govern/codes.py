"""Codes that people read aloud and type."""

import secrets

# Without the pairs that are read wrongly aloud or on a small screen: 0 O, 1 I L.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def new_code():
    """A receipt code that cannot be guessed: 31**8, and a lookup also asks for four digits and is rate limited."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(8))
