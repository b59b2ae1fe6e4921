"""Create a service account."""
