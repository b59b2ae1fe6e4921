"""Language models: the port and its adapters. Called by ``understand.model`` only."""
