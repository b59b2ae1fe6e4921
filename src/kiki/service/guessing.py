"""Whose files these are: the target of each of anybody's files, told by its documents.

Called by ``generating`` when nobody said which target is meant. Reads YAML; knows no target by
name.
"""

from typing import Any, NamedTuple

from kiki.documents.read import Parsed, read_yaml
from kiki.model.artifact import File
from kiki.model.errors import UsageError
from kiki.model.finding import Finding, has_errors
from kiki.targets import registry


class Guess(NamedTuple):
    """The files of each target, and *findings* about those that are no YAML at all."""

    parts: tuple[tuple[str, tuple[File, ...]], ...]
    findings: tuple[Finding, ...] = ()


def guess(files: tuple[File, ...], *, strict: bool = True) -> Guess:
    """Sort *files* by target, each target's in the order that they came.

    A file that no target recognises (variables, say) goes with the others when those are all of
    one target. UsageError ``check.unknown`` for it otherwise, or nothing if not *strict*.
    """
    parsed = [read_yaml(file.text, file.path) for file in files]
    owners = [_owner(one) for one in parsed]
    found = tuple(dict.fromkeys(owner for owner in owners if owner))
    if len(found) == 1:
        return Guess(parts=((found[0], files),))
    findings: list[Finding] = []
    for one, owner in zip(parsed, owners, strict=True):
        if not owner:
            findings += _broken(one, strict=strict)
    return Guess(
        parts=tuple(
            (target, tuple(file for file, its in zip(files, owners, strict=True) if its == target))
            for target in found
        ),
        findings=tuple(findings),
    )


def _owner(parsed: Parsed) -> str:
    """The target that recognises a document of the file, or an empty string."""
    for document in parsed.documents:
        if target := _recognised(document):
            return target
    return ""


def _recognised(document: Any) -> str:
    for name in registry.names():
        if registry.target(name).recognises(document):
            return name
    return ""


def _broken(parsed: Parsed, *, strict: bool) -> tuple[Finding, ...]:
    """Why a file that nobody recognises can't be read; UsageError when it can, if *strict*."""
    if has_errors(parsed.findings):
        return parsed.findings
    if not strict:
        return ()
    raise UsageError("check.unknown", file=parsed.file, known=", ".join(registry.names()))
