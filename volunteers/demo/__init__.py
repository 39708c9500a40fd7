"""What the demonstration has of volunteers: who reported in, their posts and teams, a year of their service.

Written in bulk with the rules of the services; `district` is the demonstration's ground (its clerks, places, names).
"""
