"""Empty a node."""
