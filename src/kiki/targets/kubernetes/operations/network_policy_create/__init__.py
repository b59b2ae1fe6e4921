"""Create a network policy."""
