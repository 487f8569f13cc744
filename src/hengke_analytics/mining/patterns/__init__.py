"""Patterns: what is bought together, and what follows what."""
