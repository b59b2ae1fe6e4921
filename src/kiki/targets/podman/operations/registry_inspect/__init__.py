"""Show an image where it lies."""
