"""Log out of a registry of images."""
