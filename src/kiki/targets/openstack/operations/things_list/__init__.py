"""List things of a cloud."""
