"""Show logs."""
