"""Create a pod disruption budget."""
