"""Show the processes of a container."""
