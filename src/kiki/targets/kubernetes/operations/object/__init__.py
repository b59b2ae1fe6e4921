"""Make any Kubernetes object."""
