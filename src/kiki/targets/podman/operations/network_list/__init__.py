"""List images."""
