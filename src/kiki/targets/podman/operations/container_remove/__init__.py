"""Remove containers."""
