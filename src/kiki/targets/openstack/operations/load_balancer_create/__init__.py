"""Create a load balancer."""
