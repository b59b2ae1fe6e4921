"""Take a role away from a user."""
