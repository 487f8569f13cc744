"""What the institution offers, and what it costs whom on which day."""
