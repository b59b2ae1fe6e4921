"""Add a security group to a server, or take it off."""
