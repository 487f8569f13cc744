"""Profit per customer, unprofitable customers and cost leaks; golden customers and how often customers come."""
