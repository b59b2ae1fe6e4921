"""Create a floating IP."""
