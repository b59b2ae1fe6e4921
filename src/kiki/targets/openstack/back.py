"""The operation that takes a change back: a stack that it made is deleted, or one that it changed
gets its former template.

Called by ``target`` for the kind ``openstack.back``, which only an undo makes: it has no words, and
no request can ask for it. Its code is a program as it is, not a template.
"""

from typing import Any

from kiki.documents.write import to_yaml
from kiki.model.artifact import Artifact
from kiki.model.errors import UsageError
from kiki.model.intent import Intent
from kiki.model.plan import Risk
from kiki.model.records import Record
from kiki.targets.openstack.program import PLAYBOOK, Step, written

KIND = "openstack.back"


class Fields(Record, frozen=True):
    """*stack* and *id* are those of the stack that the change was of. With *template* it gets that
    again, with *parameters* and *defaults*; without it is deleted. It is in *project* of *domain*,
    or in the login's own."""

    stack: str
    id: str
    template: dict[str, Any] = {}
    parameters: dict[str, Any] = {}
    defaults: dict[str, Any] = {}
    project: str = ""
    domain: str = ""


def risk(fields: Fields) -> Risk:
    """Deleting takes whatever was put onto its servers and volumes since with it."""
    return "medium" if fields.template else "high"


def render(intent: Intent, fields: tuple[Fields, ...]) -> Artifact:
    """The program. UsageError ``openstack.live_braces`` for a value that Ansible would take for a
    template of its own."""
    digest, files = intent.digest(), written(*(_step(one) for one in fields))
    return Artifact(target="openstack", intent_digest=digest, entry=PLAYBOOK, files=files)


def _step(fields: Fields) -> Step:
    for name, value in fields.parameters.items():
        if "{{" in str(value) or "{%" in str(value):
            raise UsageError("openstack.live_braces", name=name)
    return Step(
        act="restore" if fields.template else "delete",
        stack=fields.stack,
        called=fields.id,
        template=to_yaml([fields.template]) if fields.template else "",
        parameters=fields.parameters,
        defaults=fields.defaults,
        project=fields.project,
        domain=fields.domain,
    )
