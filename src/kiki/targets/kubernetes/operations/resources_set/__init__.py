"""Set what a workload asks for and may take at most."""
