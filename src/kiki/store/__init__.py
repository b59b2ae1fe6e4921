"""What is kept: changes, the ledger, secrets, run folders. Called by ``service`` and ``jobs``."""
