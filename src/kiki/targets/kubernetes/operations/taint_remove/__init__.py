"""Take taints off a node."""
