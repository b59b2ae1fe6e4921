"""Create an image."""
