"""Take labels from an object."""
