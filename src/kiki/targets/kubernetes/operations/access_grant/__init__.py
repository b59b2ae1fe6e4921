"""Give rights to an account, a user or a group."""
