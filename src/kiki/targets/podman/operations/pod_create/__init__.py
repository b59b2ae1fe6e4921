"""Create pods."""
