"""Give a container another name."""
