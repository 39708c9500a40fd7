"""How figures are said."""


def hours(minutes):
    """90 -> "1.5", as people say it; a third of an hour rounds to 0.3."""
    return f"{minutes / 60:.1f}".removesuffix(".0")
