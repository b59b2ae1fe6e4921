"""Show a server's console."""
