"""What may be done at all, and whose yes it needs. Called by ``pipeline``."""
