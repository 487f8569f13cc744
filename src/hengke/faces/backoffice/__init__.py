"""The back office: people, units, teams, territories, roles, and why somebody sees what."""
