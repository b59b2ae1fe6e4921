"""Show what podman knows of one container.

Called by ``understand`` (fields) and ``compose`` (tasks). It only reads.
"""

from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.ansible.tasks import Task
from kiki.targets.podman.details import template, wanted
from kiki.targets.podman.fields import Name

RISK: Risk = "low"

# What is asked for: of variables their names, and no labels, as their values may be secrets.
KEYS = {
    "name": "{{json .Name}}",
    "image": "{{json .ImageName}}",
    "state": "{{json .State.Status}}",
    "exit_code": "{{json .State.ExitCode}}",
    "pid": "{{json .State.Pid}}",
    "created": "{{json .Created}}",
    "started": "{{json .State.StartedAt}}",
    "restart": "{{json .HostConfig.RestartPolicy.Name}}",
    "published": "{{json .HostConfig.PortBindings}}",
    "mounts": "{{json .Mounts}}",
    "networks": "{{json .NetworkSettings.Networks}}",
    "pod": "{{json .Pod}}",
    "mounted": '{{json (index .GraphDriver.Data "MergedDir")}}',
    "command": "{{json .Config.Cmd}}",
    "environment": (
        "[{{range $at, $one := .Config.Env}}{{if $at}}, {{end}}"
        '{{json (index (split $one "=") 0)}}{{end}}]'
    ),
}


class Fields(Record, frozen=True):
    """*name* of the container."""

    name: Name


def tasks(fields: Fields, ensured: frozenset[str]) -> tuple[Task, ...]:
    """What ``podman container inspect`` says, as far as it is asked."""
    words = ["podman", "container", "inspect", f"--format={template(KEYS)}", fields.name]
    return wanted(f"container {fields.name}", "container", "container_inspect", fields, words)
