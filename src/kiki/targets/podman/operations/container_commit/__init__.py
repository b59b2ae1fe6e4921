"""Make an image of a container."""
