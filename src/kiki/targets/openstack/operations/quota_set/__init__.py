"""Set the quota of a project."""
