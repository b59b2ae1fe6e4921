"""Set variables of a workload."""
