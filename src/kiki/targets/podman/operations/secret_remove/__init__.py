"""Remove secrets that podman keeps."""
