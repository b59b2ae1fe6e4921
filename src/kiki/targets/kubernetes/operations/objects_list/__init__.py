"""List objects."""
