"""Create a horizontal pod autoscaler."""
