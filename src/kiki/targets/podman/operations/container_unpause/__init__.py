"""Have paused containers go on."""
