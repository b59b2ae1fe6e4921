"""Show an image where it lies, in a registry or a folder, without fetching it.

Called by ``understand`` (fields) and ``compose`` (tasks). It only reads.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.details import template, wanted
from kiki.targets.podman.fields import Location

RISK: Risk = "low"

# What is asked for: no labels and no variables, as their values may be secrets.
KEYS = {
    "name": '{{printf "%q" .Name}}',
    "digest": '{{printf "%q" .Digest}}',
    "created": '"{{.Created}}"',
    "architecture": '{{printf "%q" .Architecture}}',
    "system": '{{printf "%q" .Os}}',
    "layers": '[{{range $at, $one := .Layers}}{{if $at}}, {{end}}{{printf "%q" $one}}{{end}}]',
}


class Fields(Record, frozen=True):
    """*source* is the place of the image, as skopeo writes it."""

    source: Location


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """What ``skopeo inspect`` says, as far as it is asked; skopeo 1.9 has no ``json`` there."""
    words = ["skopeo", "inspect", "--no-tags", f"--format={template(KEYS)}", fields.source]
    return wanted(f"image {fields.source}", "place", "registry_inspect", fields, words)
