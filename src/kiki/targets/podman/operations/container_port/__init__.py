"""Show which ports of a container the host has."""
