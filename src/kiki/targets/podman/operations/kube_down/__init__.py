"""Take away what a Kubernetes manifest made, with podman."""
