"""Kiki: words become checked, approved, running, recorded Infrastructure as Code."""

__version__ = "0.1.0"
