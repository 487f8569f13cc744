"""The director's overview and the lists behind every number on it."""
