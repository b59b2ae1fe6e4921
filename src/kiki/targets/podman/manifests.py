"""What a Kubernetes manifest on a host names, and what of it podman has.

Called by ``kube_play`` and ``kube_down``. Only pods are known by their names: how podman calls
those of a deployment differs from version to version, so a manifest with anything but pods,
volumes, configmaps and secrets is refused.
"""

from msgspec.structs import replace

from kiki.targets.ansible.files import reading, stopping
from kiki.targets.ansible.tasks import SEEN, Task
from kiki.targets.podman.looks import rootless

_MANIFEST, _PODS, _VOLUMES = f"{SEEN}manifest", f"{SEEN}pods", f"{SEEN}volumes"
_KINDS = ("Pod", "PersistentVolumeClaim", "ConfigMap", "Secret")
_CLAIM = "PersistentVolumeClaim"
# In lines, as ansible-lint wants none of more than 160 characters.
_DOCUMENTS = (
    f"({_MANIFEST}.content | default('') | b64decode | from_yaml_all | select('mapping') | list)\n"
)
_NAMES = (
    f"{_DOCUMENTS}| selectattr('kind', 'equalto', 'Pod') | map(attribute='metadata.name') | list"
)
_THERE = f"{_PODS}.stdout_lines | default([])"

MISSING_PODS = f"({_NAMES})\n| difference({_THERE})"
"""The manifest's pods that podman does not have."""

PODS_THERE = f"({_NAMES})\n| intersect({_THERE})"
"""Those that it has."""

# A line of its own: of a backslash in a text over several lines Ansible makes no end of line.
_BETWEEN = "'%c---%c' | format(10, 10)"

WITHOUT_VOLUMES = (
    f"(({_DOCUMENTS}| rejectattr('kind', 'equalto', '{_CLAIM}') | list)\n"
    f"+ ({_DOCUMENTS}| selectattr('kind', 'equalto', '{_CLAIM}')\n"
    f"| rejectattr('metadata.name', 'in', {_VOLUMES}.stdout_lines | default([])) | list))\n"
    f"| map('to_json') | join({_BETWEEN})"
)
"""The manifest without the volumes that are there."""


def looks(path: str) -> tuple[Task, ...]:
    """Tasks that read the manifest, list pods and volumes, and stop where it has other kinds."""
    read = replace(reading(path, into=_MANIFEST), root=False, needs=(f"path:{path}",))
    test = f"({_DOCUMENTS}| map(attribute='kind') | list)\nis subset({list(_KINDS)})"
    fail = f"{path} has kinds that podman may name otherwise; known are {', '.join(_KINDS)}"
    check = stopping(f"Check the kinds in {path}", test, fail, (f"path:{path}",))
    return (
        read,
        rootless(check),
        _list("pods", ["pod", "ps"], _PODS),
        _list("volumes", ["volume", "ls"], _VOLUMES),
    )


def _list(what: str, words: list[str], into: str) -> Task:
    name = "{% raw %}{{.Name}}{% endraw %}"
    return Task(
        name=f"List {what}",
        module="ansible.builtin.command",
        args={"argv": ["podman", *words, "--format", name]},
        verb="none",
        still=True,
        register=True,
        into=into,
        root=False,
    )
