"""The target ``podman``: what the registry hands to pipeline and service.

Called through ``targets.registry``. Its code is Ansible's, so rendering, checking, planning and
undo are those of the target ``ansible`` (docs/decisions/0019-podman.md); what differs stands here.
"""

from typing import Any

from kiki.model.intent import Intent
from kiki.model.languages import Lang
from kiki.targets.ansible.target import AnsibleTarget
from kiki.targets.port import Masked, Target


class Podman(AnsibleTarget):
    """Playbooks with the modules of containers.podman."""

    name = "podman"

    def claims(self, path: str) -> bool:
        """None: a playbook at any path is the target ``ansible``'s."""
        return False

    def recognises(self, document: Any) -> bool:
        """None: a playbook is checked in the same way, whatever its modules, by ``ansible``."""
        return False

    def report(
        self, intent: Intent, reports: dict[str, Any], lang: Lang, masked: Masked
    ) -> dict[str, str]:
        """See ``outputs.files``; beside what the target ``ansible`` makes of its own kinds."""
        from kiki.targets.podman.outputs import files  # noqa: PLC0415 -- lazy: not for gen

        return {**super().report(intent, reports, lang, masked), **files(intent, reports, masked)}


TARGET: Target = Podman()
