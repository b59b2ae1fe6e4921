"""Fetch images."""
