"""Create a secret of a cluster with the login of a registry."""
