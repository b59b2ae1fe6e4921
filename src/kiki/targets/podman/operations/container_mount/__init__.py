"""Mount the file system of a container on its host."""
