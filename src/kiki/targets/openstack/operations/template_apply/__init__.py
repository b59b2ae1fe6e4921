"""Make a stack of a template of the user's own."""
