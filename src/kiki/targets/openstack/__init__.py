"""OpenStack: Heat templates (HOT) from operations, and their strict offline check.

Called through ``targets.registry``. Nothing here talks to a cloud.
"""
