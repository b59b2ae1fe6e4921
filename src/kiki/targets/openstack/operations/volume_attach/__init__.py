"""Attach a volume to a server."""
