"""Remove networks of containers."""
