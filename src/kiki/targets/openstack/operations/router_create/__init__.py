"""Create a router."""
