"""The demonstration district: invented names, drawn from one seed, brought to life through the public services.

Nothing here runs but from `manage.py seed_demo`.
"""
