"""Create a cron job in Kubernetes."""
