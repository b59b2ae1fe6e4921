"""The strict offline check of playbooks and roles.

Called by ``target``. It needs neither Ansible nor a network: which modules and keywords there are
is in ``modules.json``, made from Ansible's own documentation by ``tools/dump_ansible_doc.py``.
"""

from kiki.targets.ansible.check.files import check

__all__ = ["check"]
