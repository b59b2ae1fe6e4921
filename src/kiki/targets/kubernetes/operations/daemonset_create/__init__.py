"""Create a daemon set."""
