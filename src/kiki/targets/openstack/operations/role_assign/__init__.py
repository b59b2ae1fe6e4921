"""Give a user a role."""
