"""Create a pod."""
