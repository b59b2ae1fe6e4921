"""Show one thing of a cloud."""
