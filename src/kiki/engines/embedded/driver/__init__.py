"""What runs in a model's own process; nothing of Kiki is imported there, see ``__main__``."""
