"""A small language in which an administrator says how a field is worked out from others; nothing is ever executed."""
