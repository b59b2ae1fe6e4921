"""Run a container."""
