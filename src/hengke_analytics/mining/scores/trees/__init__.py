"""ID3 and C4.5 trees: grown, pruned, read as rules; drawing is kept apart from computing."""
