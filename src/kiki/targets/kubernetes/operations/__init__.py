"""What can be asked for on Kubernetes: one folder per kind."""
