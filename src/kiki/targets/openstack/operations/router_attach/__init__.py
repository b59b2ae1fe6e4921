"""Attach a subnet to a router."""
