"""Podman: containers, pods, images, networks and volumes on hosts, through Ansible's playbooks.

``target`` is what the registry hands out. The pure part is on the path of ``gen``.
"""
