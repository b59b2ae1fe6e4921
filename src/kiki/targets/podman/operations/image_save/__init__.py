"""Write an image to a file."""
