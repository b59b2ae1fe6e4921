"""Free a namespace that stays Terminating."""
