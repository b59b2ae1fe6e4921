"""Show one object."""
