"""Fields and objects that an administrator makes without code."""
