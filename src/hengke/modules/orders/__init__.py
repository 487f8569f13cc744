"""Commissions from the counter to the certificate, and the recall that brings an instrument back."""
