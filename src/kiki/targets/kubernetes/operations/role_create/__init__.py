"""Create a role."""
