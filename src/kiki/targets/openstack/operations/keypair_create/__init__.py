"""Create a key pair."""
