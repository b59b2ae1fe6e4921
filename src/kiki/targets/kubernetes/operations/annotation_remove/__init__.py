"""Take annotations from an object."""
