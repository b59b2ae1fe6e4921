"""A definition to files: Heat templates for the administrator and the tenant, and an inventory.

Called by the CLI. Pure: the same definition gives the same bytes. Only for definitions without
errors; what cloud they meet is not known here.
"""

from typing import NamedTuple

from msgspec.structs import replace

from kiki import pipeline
from kiki.model.artifact import Artifact, File
from kiki.model.finding import Finding
from kiki.model.profile import NO_PROFILE
from kiki.model.request import Request
from kiki.vdc.definition import Definition
from kiki.vdc.heat.admin import add_image, admin
from kiki.vdc.heat.balancers import add_balancers, add_volumes
from kiki.vdc.heat.inventory import inventory
from kiki.vdc.heat.networks import add_keys, add_networks, add_tiers
from kiki.vdc.heat.servers import Group, Maker, groups
from kiki.vdc.heat.splitting import Piece, pieces
from kiki.vdc.heat.stack import MOST_BYTES, MOST_RESOURCES, Stack
from kiki.vdc.marks import MARK, cloud_digest
from kiki.vdc.stages import Stage, stages

ADMIN = "admin.yaml"


class Compiled(NamedTuple):
    """The *templates* that a strict check can judge, what stands *beside* them, what a person
    should know of them, and the code of the stages after the cloud's by their names."""

    templates: Artifact
    beside: tuple[File, ...]
    findings: tuple[Finding, ...]
    later: tuple[tuple[str, Artifact], ...] = ()

    @property
    def artifact(self) -> Artifact:
        """Everything."""
        made = self.templates
        return Artifact(
            target=made.target, intent_digest=made.intent_digest, entry=made.entry,
            files=(*made.files, *self.beside, *self._later()),
        )  # fmt: skip

    def _later(self) -> list[File]:
        """The code of each stage in a folder of its own."""
        return [
            replace(file, path=f"{name}/{file.path}")
            for name, artifact in self.later
            for file in artifact.files
        ]


class Laid(NamedTuple):
    """One stack, and the file that it becomes."""

    stack: Stack
    file: File


def compiled(definition: Definition) -> Compiled:
    """All files of *definition*. UsageError ``vdc.group_too_large``."""
    laid, known = laid_out(definition), cloud_digest(definition)
    above, tenant = laid[0].file.path == ADMIN, next(one for one in laid if one.file.path != ADMIN)
    templates = Artifact(
        target="openstack", intent_digest=known, entry=tenant.file.path,
        files=tuple(one.file for one in laid),
    )  # fmt: skip
    about = (MARK, f"definition: {known}")
    hosts = File(path=f"{definition.name}.inventory.yml", text=inventory(definition, about))
    found = tuple(_told(definition, above, len(laid) - above))
    later = tuple((one.name, code_of(one)) for one in stages(definition))
    return Compiled(templates, (hosts,) if definition.servers else (), found, later)


def code_of(stage: Stage) -> Artifact:
    """The code of a stage, of its own target."""
    return pipeline.render(stage.intent, Request(target=stage.intent.target), NO_PROFILE)


def laid_out(definition: Definition, *, operated: bool = False) -> tuple[Laid, ...]:
    """The stacks in the order in which they are created; *operated* as ``admin`` has it. UsageError
    ``vdc.group_too_large``."""
    above, known = admin(definition, operated=operated), cloud_digest(definition)
    tenant = _tenant(definition, known)
    if not above.resources:
        return tenant
    text = above.text(_comments(above, known, admin=True))
    return (Laid(above, File(path=ADMIN, text=text)), *tenant)


def _told(definition: Definition, above: bool, count: int) -> list[Finding]:
    found = []
    if above:
        params = {"project": definition.project_name, "file": ADMIN}
        found.append(Finding(code="vdc.admin_first", severity="info", file=ADMIN, params=params))
    if count > 1:
        params = {"limit": "1000", "count": str(count), "first": definition.name}
        found.append(Finding(code="vdc.stacks_several", severity="info", params=params))
    return found


def _tenant(definition: Definition, known: str) -> tuple[Laid, ...]:
    """The tenant's templates: one, or the base and one for each part of the servers."""
    whole = _base(definition, definition.name)
    if _weight(definition) + whole.weight <= MOST_RESOURCES:
        maker = Maker(whole, definition)
        for group in groups(definition):
            if group.alike:
                maker.together(group)
            else:
                maker.each(group, 0, group.servers.count)
        text = whole.text(_comments(whole, known))
        if len(text.encode()) <= MOST_BYTES:
            return (Laid(whole, File(path=f"{definition.name}.yaml", text=text)),)
    return _split(definition, known)


def _base(definition: Definition, name: str) -> Stack:
    """Everything of the tenant's but servers."""
    stack = Stack(name, f"VDC {definition.name}: {definition.description or 'the tenant'}")
    for image, body in definition.images.items():
        if not body.public:
            add_image(stack, definition, image)
    add_networks(stack, definition)
    add_tiers(stack, definition)
    add_keys(stack, definition)
    add_volumes(stack, definition)
    add_balancers(stack, definition)
    return stack


def _weight(definition: Definition) -> int:
    return sum(_of_group(group) for group in groups(definition))


def _of_group(group: Group) -> int:
    own = group.weight() * group.servers.count + sum(map(len, group.disks.values()))
    return own + group.alike + bool(group.servers.placement)


def _split(definition: Definition, known: str) -> tuple[Laid, ...]:
    stacks = [_base(definition, definition.name)]
    for name, found in pieces(groups(definition)):
        stacks.append(_part(definition, f"{definition.name}-{name}", found))
    return tuple(
        Laid(stack, File(path=f"{stack.name}.yaml", text=stack.text(_comments(stack, known))))
        for stack in stacks
    )


def _part(definition: Definition, name: str, found: tuple[Piece, ...]) -> Stack:
    stack = Stack(name, f"VDC {definition.name}: {', '.join(_said(one) for one in found)}"[:1000])
    maker = Maker(stack, definition)
    for piece in found:
        maker.each(piece.group, piece.first, piece.last)
    return stack


def _said(piece: Piece) -> str:
    if piece.last - piece.first == 1:
        return piece.group.name
    return f"{piece.group.name} {piece.first} to {piece.last - 1}"


def _comments(stack: Stack, known: str, *, admin: bool = False) -> tuple[str, ...]:
    who = "an administrator" if admin else "a member of the project"
    return (
        MARK,
        f"For {who}; the name of the stack: {stack.name}",
        f"definition: {known}",
    )
