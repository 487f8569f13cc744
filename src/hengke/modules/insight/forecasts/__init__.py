"""The forecast page: what the next months and the next year bring, part by part, and what people expect instead."""
