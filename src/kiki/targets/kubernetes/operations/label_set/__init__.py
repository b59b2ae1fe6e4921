"""Set labels of an object."""
