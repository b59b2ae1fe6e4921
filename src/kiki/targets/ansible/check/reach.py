"""Which files a playbook brings in, and with them all that Ansible reads beside it.

Called by ``target``: whoever asks about one playbook is told about these files, and not about the
rest of the project.
"""

import posixpath

from kiki.model.artifact import Artifact
from kiki.targets.ansible.check import places, references
from kiki.targets.ansible.check.files import look

_BESIDE = ("group_vars", "host_vars")


def reach(artifact: Artifact) -> frozenset[str]:
    """The entry, what it brings in, step by step, and the variables of hosts and groups."""
    files = look(artifact)
    folder = posixpath.dirname(artifact.entry)
    sealed = [file.path for file in artifact.files]
    seen = {artifact.entry}
    seen.update(path for path in sealed if _is_beside(path, folder))
    waiting = list(seen & files.keys())
    while waiting:
        path = waiting.pop()
        file = files[path]
        brought = references.brought_by(path, file.used, file.names.files, files)
        waiting.extend(brought - seen)
        seen |= brought
    return frozenset(seen)


def _is_beside(path: str, folder: str) -> bool:
    beside = any(path.startswith(posixpath.join(folder, name) + "/") for name in _BESIDE)
    return beside or places.is_beside(path)
