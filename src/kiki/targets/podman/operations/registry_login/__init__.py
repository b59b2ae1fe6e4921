"""Log in to a registry of images."""
