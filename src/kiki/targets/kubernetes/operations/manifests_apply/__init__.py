"""Apply manifests of the user's own."""
