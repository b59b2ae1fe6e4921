"""Restart the pods of a workload."""
