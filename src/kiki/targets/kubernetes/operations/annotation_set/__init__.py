"""Set annotations of an object."""
