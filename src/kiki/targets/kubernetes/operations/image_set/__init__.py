"""Change the image of a workload."""
