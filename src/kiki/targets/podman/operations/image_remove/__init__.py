"""Remove images."""
