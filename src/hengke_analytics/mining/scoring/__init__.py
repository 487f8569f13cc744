"""Scores of customers from end to end: trained as of days, compared out of sample, stored, applied, watched."""
