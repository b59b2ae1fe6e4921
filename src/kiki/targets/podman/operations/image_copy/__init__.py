"""Copy an image from one place to another."""
