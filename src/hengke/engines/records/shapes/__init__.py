"""The same query in other shapes than a list: a board, a calendar, a timeline, a map. Each reads; none writes."""
