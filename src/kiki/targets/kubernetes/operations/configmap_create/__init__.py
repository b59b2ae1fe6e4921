"""Create a config map."""
