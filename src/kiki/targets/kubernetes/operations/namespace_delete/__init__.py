"""Delete a namespace."""
