"""Create a server group."""
