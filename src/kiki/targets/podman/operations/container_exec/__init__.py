"""Run a command in a container."""
