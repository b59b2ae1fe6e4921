"""List events."""
