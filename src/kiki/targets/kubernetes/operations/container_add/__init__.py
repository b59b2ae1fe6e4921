"""Add a container to a pod."""
