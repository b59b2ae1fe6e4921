"""Create a job."""
