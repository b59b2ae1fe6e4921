"""Remove what nothing uses."""
