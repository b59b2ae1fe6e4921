"""What Kiki can operate. Each target is one folder; targets don't see each other."""
