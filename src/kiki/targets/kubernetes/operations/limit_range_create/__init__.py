"""Create limits for the containers of a namespace."""
