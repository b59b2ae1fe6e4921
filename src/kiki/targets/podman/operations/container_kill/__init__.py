"""Send running containers a signal."""
