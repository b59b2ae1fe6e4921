"""Delete what manifests of the user's own name."""
