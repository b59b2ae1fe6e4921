"""Create a flavor."""
