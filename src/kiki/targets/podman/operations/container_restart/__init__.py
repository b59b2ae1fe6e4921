"""Restart containers."""
