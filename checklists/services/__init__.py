"""Every change of state of the four lists, split by the noun that changes.

Locks, always in this order: the resource, then the need, then its open dispatch.
"""
