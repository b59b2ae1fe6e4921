"""Take a node out of scheduling."""
