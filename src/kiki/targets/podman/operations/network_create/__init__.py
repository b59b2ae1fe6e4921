"""Create a network of containers."""
