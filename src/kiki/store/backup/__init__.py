"""The whole record in one archive, and back: ``kiki backup`` (docs/backup.md)."""
