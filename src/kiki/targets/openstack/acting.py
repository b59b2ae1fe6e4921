"""What is done to one thing that a cloud has, and the page that lists such acts.

Called by the operations that act (each has ``act`` and ``equivalent``), ``render``, ``acts`` and
``undoing``. See docs/decisions/0034-openstack-acts.md. Pure.
"""

from typing import Any, Literal

import msgspec

from kiki.documents.read import read_yaml
from kiki.documents.write import to_yaml
from kiki.model.artifact import Artifact, File, header
from kiki.model.errors import UsageError
from kiki.model.intent import Intent
from kiki.model.records import Record
from kiki.targets.code_only import Asked
from kiki.targets.openstack.asking import called

ENDING = ".acts.yaml"
ServerAct = Literal["start", "stop", "reboot", "reboot_hard", "pause", "suspend", "resume"]
StackAct = Literal["suspend", "resume", "check", "cancel", "delete"]
# What a task is called, where the act's own name does not read well.
_SAID = {
    "reboot_hard": "hard reboot", "cancel": "cancel the update of", "add_group": "put",
    "remove_group": "take", "attach_address": "attach", "detach_address": "detach",
    "revoke": "revoke from",
}  # fmt: skip


class Act(Record, frozen=True, omit_defaults=True):
    """*act* is done to the thing *name* of *sort*, with the values of *told*. *aside* says in the
    title what it is about besides: the new flavor, the other thing."""

    act: str
    sort: str
    name: str
    told: dict[str, Any] = {}
    aside: str = ""

    @property
    def title(self) -> str:
        """What the task is called: ``Resize server web to m1.small``."""
        said = _SAID.get(self.act, self.act).replace("_", " ")
        words = f"{said[:1].upper()}{said[1:]} {called(self.sort)} {self.name} {self.aside}"
        return " ".join(words.split(" ")).strip()


def render(intent: Intent, wanted: tuple[Asked, ...], path: str) -> Artifact:
    """The page, with each act as a command of OpenStack's client for people. UsageError
    ``openstack.act_apart`` beside an operation that makes something, ``openstack.live_braces`` for
    a name that Ansible would take for a template, ``openstack.act_twice`` and ``act_again`` for two
    acts on one thing."""
    if not all(hasattr(module, "act") for module, _ in wanted):
        kinds = ", ".join(dict.fromkeys(operation.kind for operation in intent.operations))
        raise UsageError("openstack.act_apart", kinds=kinds)
    acts = tuple(module.act(fields) for module, fields in wanted)
    _require_plain(acts)
    digest = intent.digest()
    lines = [module.equivalent(fields) for module, fields in wanted]
    listed: list[Any] = [msgspec.to_builtins(one) for one in acts]
    page = File(path=f"{path}{ENDING}", text=to_yaml([{"acts": listed}], (*header(digest), *lines)))
    return Artifact(target="openstack", intent_digest=digest, entry=page.path, files=(page,))


def _require_plain(acts: tuple[Act, ...]) -> None:
    titles = [one.title for one in acts]
    for title in titles:
        if titles.count(title) > 1:
            raise UsageError("openstack.act_twice", object=title)
    things = [(one.sort, one.name) for one in acts]
    for one in acts:
        if things.count((one.sort, one.name)) > 1:  # the first would change what the second expects
            raise UsageError("openstack.act_again", object=f"{called(one.sort)} {one.name}")
    for one in acts:
        for value in (one.name, *one.told.values()):
            if "{{" in str(value) or "{%" in str(value):
                raise UsageError("openstack.live_braces", name=str(value))


def is_page(artifact: Artifact) -> bool:
    """Whether *artifact* was made here."""
    return bool(artifact.intent_digest) and artifact.entry.endswith(ENDING)


def listed(artifact: Artifact) -> tuple[Act, ...]:
    """The acts of a page, in their order."""
    (page,) = read_yaml(artifact.text_of(artifact.entry), artifact.entry).documents
    return msgspec.convert(page["acts"], tuple[Act, ...])
