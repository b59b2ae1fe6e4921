"""Create a volume."""
