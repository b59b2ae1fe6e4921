"""From running containers to manifests, and back: ``kiki migrate``.

Called by the CLI. Pure: what podman said, or a file, comes in; code and findings go out. Nothing is
applied and nothing is recorded. Every choice that loses something is a finding.
"""
