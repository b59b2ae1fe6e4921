"""Freeze containers, with what they have in memory."""
