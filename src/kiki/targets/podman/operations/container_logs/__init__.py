"""Show what a container has written."""
