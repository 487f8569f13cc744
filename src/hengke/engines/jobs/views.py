"""Pages of background work: what runs, what ran, and how it ended."""
