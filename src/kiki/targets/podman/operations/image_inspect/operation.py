"""Show what podman knows of one image that a host has.

Called by ``understand`` (fields) and ``compose`` (tasks). It only reads.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.details import template, wanted
from kiki.targets.podman.fields import Image

RISK: Risk = "low"

# What is asked for: of variables their names, and no labels, as their values may be secrets.
KEYS = {
    "names": "{{json .RepoTags}}",
    "id": "{{json .ID}}",
    "digest": "{{json .Digest}}",
    "size": "{{json .Size}}",
    "created": "{{json .Created}}",
    "architecture": "{{json .Architecture}}",
    "system": "{{json .Os}}",
    "user": "{{json .Config.User}}",
    "ports": "{{json .Config.ExposedPorts}}",
    "command": "{{json .Config.Cmd}}",
    "entrypoint": "{{json .Config.Entrypoint}}",
    "layers": "{{json .RootFS.Layers}}",
    "environment": (
        "[{{range $at, $one := .Config.Env}}{{if $at}}, {{end}}"
        '{{json (index (split $one "=") 0)}}{{end}}]'
    ),
}


class Fields(Record, frozen=True):
    """*image* by its name."""

    image: Image


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """What ``podman image inspect`` says, as far as it is asked."""
    words = ["podman", "image", "inspect", f"--format={template(KEYS)}", fields.image]
    return wanted(f"image {fields.image}", "image", "image_inspect", fields, words)
