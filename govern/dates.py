"""Days, counted as people count them: the same day of another month, or its last one."""

from dateutil.relativedelta import relativedelta


def months_after(day, months):
    """The date `months` months after `day`: the same day of that month, its last one where it is shorter."""
    return day + relativedelta(months=months)


def month_start(day, months=0):
    """The first day of the month `months` months after that of the date `day`."""
    return day + relativedelta(months=months, day=1)


def whole_years(since, until):
    """How many years have passed from the date `since` to the date `until`: an age."""
    return until.year - since.year - ((until.month, until.day) < (since.month, since.day))
