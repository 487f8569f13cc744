"""What something costs, and why: plain Python on plain values, so that every result can be worked out by hand."""
