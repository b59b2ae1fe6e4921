"""List pods of podman."""
