"""Wait until a container has ended."""
