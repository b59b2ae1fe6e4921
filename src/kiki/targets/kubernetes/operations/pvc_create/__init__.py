"""Create a claim for a volume."""
