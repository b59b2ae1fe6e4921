"""Have systemd run a container."""
