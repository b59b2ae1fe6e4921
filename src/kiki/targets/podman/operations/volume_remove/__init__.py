"""Remove volumes, with what is in them."""
