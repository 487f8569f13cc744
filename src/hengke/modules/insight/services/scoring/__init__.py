"""Scores of customers: trained, registered, written down, and what people may say about them."""
