"""Delete an object."""
