"""Clusters: groups that nobody defined beforehand, their number, their profile, their names over time."""
