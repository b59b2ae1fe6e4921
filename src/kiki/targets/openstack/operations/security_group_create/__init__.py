"""Create a security group."""
