"""Whole folders and the files beside one: which target's each is, and what is said about which.

Called by ``generating``. A file is a target's because of its place, or because of its documents; of
what is nobody's, as a workflow of the forge, only that it can't be read is said. Knows no target by
name.
"""

from kiki.model.artifact import Artifact, File
from kiki.model.finding import Finding
from kiki.model.profile import NO_PROFILE, Profile
from kiki.service.guessing import Guess, guess
from kiki.targets import registry

_YAML = (".yml", ".yaml")


def check_project(
    target: str, files: tuple[File, ...], profile: Profile = NO_PROFILE
) -> tuple[Finding, ...]:
    """Check all of *files*, each with the others of its target; an empty *target* is told for
    each."""
    parts: dict[str, list[File]] = {}
    beside: list[File] = []
    found: list[Finding] = []
    for file in files:
        told = _told(target, file)
        found += told.findings
        for owner, own in told.parts:
            parts.setdefault(owner, []).extend(own)
        if not told.parts and not told.findings:
            beside.append(file)
    nobodys = {file.path for file in beside}
    for owner, its in parts.items():
        checked = registry.target(owner).check(_artifact(owner, (*its, *beside), ""), profile)
        found += [one for one in checked if one.file not in nobodys]
    return tuple(found)


def check_entry(
    target: str, files: tuple[File, ...], entry: str, profile: Profile = NO_PROFILE
) -> tuple[Finding, ...]:
    """Check the file *entry* and what it brings in of *files*, which lie around it.

    UsageError ``check.unknown`` when nobody can tell whose it is.
    """
    first = next(file for file in files if file.path == entry)
    owner = target or _claimed(first)
    if not owner:
        told = guess((first,))
        if not told.parts:
            return told.findings
        owner = told.parts[0][0]
    chosen = registry.target(owner)
    reached = chosen.reach(_artifact(owner, files, entry))
    kept = tuple(file for file in files if file.path in reached or not file.path.endswith(_YAML))
    found = chosen.check(_artifact(owner, kept, entry), profile)
    return tuple(each for each in found if each.file in reached or not each.file)


def _artifact(target: str, files: tuple[File, ...], entry: str) -> Artifact:
    return Artifact(target=target, intent_digest="", entry=entry, files=files)


def _told(target: str, file: File) -> Guess:
    """Whose *file* is, or why it can't be read; neither for what is nobody's."""
    if not file.path.endswith(_YAML):
        return Guess(parts=())
    owner = target or _claimed(file)
    return Guess(parts=((owner, (file,)),)) if owner else guess((file,), strict=False)


def _claimed(file: File) -> str:
    """The target that takes any file at that place."""
    return next((name for name in registry.names() if registry.target(name).claims(file.path)), "")
