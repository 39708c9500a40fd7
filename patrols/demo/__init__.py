"""What the daily work adds to the demonstration district: its map, the people on duty, and what they found and did.

Nothing here runs but from `manage.py seed_demo`.
"""
