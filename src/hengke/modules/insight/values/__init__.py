"""Who will bring most next year, and who is probably gone though valuable."""
