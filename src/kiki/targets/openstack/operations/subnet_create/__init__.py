"""Create a subnet."""
