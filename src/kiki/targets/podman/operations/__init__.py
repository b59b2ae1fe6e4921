"""What can be asked of Podman: one folder per kind."""
