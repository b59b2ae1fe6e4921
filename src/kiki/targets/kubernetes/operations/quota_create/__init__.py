"""Create a quota of a namespace."""
