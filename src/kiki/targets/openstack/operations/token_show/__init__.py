"""Show who asks a cloud."""
