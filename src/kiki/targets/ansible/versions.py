"""The versions of Ansible and its collections that generated code is known to work with.

Called by ``project``. They are those that Kiki itself installs (``requirements/ansible.txt`` and
the collections in ``requirements/collections.txt``); tests compare them.
"""

CORE = "2.19.14"
RUNNER = "2.4.3"
COLLECTIONS = {
    "ansible.posix": "2.1.0",
    "community.general": "11.4.2",
    "community.mysql": "3.16.1",
    "community.postgresql": "4.2.0",
    "containers.podman": "1.18.0",
    "kubernetes.core": "6.2.0",
    "openstack.cloud": "2.5.0",
}
"""Each collection that generated tasks may use, with its version."""
