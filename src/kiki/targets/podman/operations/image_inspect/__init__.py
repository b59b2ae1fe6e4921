"""Show what podman knows of one image."""
