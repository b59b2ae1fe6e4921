"""Go back to a former revision of a workload."""
