"""Show a quota and its use."""
