"""Have frozen containers go on."""
