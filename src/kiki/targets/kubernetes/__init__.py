"""Kubernetes: manifests from operations, and their strict offline check.

Called through ``targets.registry``. Nothing here talks to a cluster.
"""
