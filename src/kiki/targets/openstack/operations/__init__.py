"""What can be asked for on OpenStack: one folder per kind."""
