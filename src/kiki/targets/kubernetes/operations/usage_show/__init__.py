"""Show what is used."""
