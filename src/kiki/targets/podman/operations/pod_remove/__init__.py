"""Remove pods with their containers."""
