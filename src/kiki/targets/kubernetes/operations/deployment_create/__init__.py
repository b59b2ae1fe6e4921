"""Create a deployment."""
