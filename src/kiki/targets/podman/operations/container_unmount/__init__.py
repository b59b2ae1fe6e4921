"""Take the file system of a container off its host again."""
