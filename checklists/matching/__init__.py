"""The matching engine: arrays in, arrays out, no database.

A need meets a resource when category, area, target group, time window and capacity all meet; what remains is scored by
an integer of 0 to 10,000. `solver.solve` assigns a whole city by such scores and certifies how near the best possible
it came; `explain.rank` answers for one need that arrives alone.
"""
