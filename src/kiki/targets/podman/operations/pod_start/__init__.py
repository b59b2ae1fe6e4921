"""Start pods that are there."""
