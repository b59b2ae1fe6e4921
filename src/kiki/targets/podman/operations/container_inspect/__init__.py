"""Show what podman knows of one container."""
