"""Stop pods that run."""
