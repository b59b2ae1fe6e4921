"""Create a network."""
