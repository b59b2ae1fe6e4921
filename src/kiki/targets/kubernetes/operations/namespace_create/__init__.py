"""Create a namespace."""
