"""List the revisions of a workload."""
