"""Background jobs of insight: each takes ids and calls one service."""
