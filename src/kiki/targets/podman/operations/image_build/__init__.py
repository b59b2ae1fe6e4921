"""Build an image."""
