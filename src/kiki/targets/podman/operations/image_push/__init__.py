"""Send images to their registry."""
