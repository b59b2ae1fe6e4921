"""OpenStack clouds: which one is meant, and asking it.

``client`` starts a process of openstacksdk's environment for each question; ``driver`` is what that
process runs. Nothing of openstacksdk is imported into Kiki. See docs/decisions/0025.
"""
