"""List containers."""
