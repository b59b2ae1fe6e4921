"""Load images from a file."""
