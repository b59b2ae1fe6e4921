"""List the events of a stack."""
