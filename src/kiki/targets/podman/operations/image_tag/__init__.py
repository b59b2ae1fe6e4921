"""Give an image another name."""
