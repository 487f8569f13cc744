"""Pages of imports, of names to review and of data quality."""
