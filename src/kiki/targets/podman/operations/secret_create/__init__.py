"""Have podman keep a secret."""
