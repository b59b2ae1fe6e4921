"""Let a user log in, or no more."""
