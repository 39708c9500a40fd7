"""The matching engine: arrays in, arrays out, no database.

A need meets a resource when category, area, target group, time window and capacity all meet; what remains is ranked by
an integer score of 0 to 10,000.
"""
