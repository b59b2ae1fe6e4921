"""Create a service."""
