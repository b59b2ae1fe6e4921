"""Reading a message as an official type: any Kubernetes kind, Heat resource type or module.

Only a model does it, and only what no curated kind is. docs/decisions/0011-generic-kinds.md.
"""
