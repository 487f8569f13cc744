"""Pages of the daily work: intake, worklists, labels, recall, and what anybody may ask with a number and a code."""
