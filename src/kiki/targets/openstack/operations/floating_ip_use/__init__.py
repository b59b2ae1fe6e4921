"""Lead a floating IP to a server, or take it off."""
