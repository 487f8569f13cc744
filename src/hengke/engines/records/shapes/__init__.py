"""The same query in other shapes than a list: a board, a calendar, a map. Each reads; none writes."""
