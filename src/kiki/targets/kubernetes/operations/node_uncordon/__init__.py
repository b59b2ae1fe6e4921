"""Put a node back into scheduling."""
