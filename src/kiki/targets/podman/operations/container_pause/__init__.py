"""Pause containers that run."""
