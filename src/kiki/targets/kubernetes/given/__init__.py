"""Manifests that are the user's own: taken in, laid out, and what they mean to policy."""
