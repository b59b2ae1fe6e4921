"""Scale a workload."""
