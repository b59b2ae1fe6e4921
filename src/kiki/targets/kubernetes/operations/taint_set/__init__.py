"""Taint a node."""
