"""Kubernetes clusters: which one is meant, and asking it.

``client`` starts a process of the official client's environment for each question; ``driver`` is
what that process runs. Nothing of the client is imported into Kiki. See docs/decisions/0017.
"""
