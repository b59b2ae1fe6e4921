"""Create a secret of a cluster."""
