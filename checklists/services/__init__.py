"""Every change of state of the four lists, split by the noun that changes.

Locks, always in this order: a matching run's district, then the run; a community that numbers a project, then the
project, then its bids; resources by key, then a need (a whole before its parts), then its open dispatch. A project
comes before the needs that end with it, an activity or a turn before what is enrolled, booked or swapped under it.
"""
