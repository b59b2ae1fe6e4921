"""Make what a Kubernetes manifest says, with podman."""
