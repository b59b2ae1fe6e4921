"""Running playbooks: the port and its adapters. Called by targets through ``execution.port``."""
