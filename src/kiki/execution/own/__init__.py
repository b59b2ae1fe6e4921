"""The user's own files, of this machine: read, and kustomizations built."""
