"""What goes together, what follows, what to offer whom; groups of customers and their voices stand beside it."""
