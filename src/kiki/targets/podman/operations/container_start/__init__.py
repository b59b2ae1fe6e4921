"""Start containers that are there."""
