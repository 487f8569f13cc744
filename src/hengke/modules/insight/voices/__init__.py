"""What customers say in notes, calls, visits and meetings: tone, needs, topics, and the notes behind each figure."""
