"""Create an ingress."""
