"""Create one server or several."""
