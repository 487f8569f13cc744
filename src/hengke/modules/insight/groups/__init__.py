"""Groups of customers that the figures form, what they are like, and who is in them."""
