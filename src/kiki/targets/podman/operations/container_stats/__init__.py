"""Show what containers use."""
