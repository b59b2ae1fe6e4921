"""Show a rollout."""
