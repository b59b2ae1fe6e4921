"""Stop containers that run."""
