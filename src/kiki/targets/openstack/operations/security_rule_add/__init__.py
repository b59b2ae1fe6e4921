"""Add rules to a security group."""
