"""Create a user."""
