"""Create a stateful set."""
