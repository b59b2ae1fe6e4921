"""From a file's text to a definition, and everything that is wrong with it.

Called by the CLI and by ``compile``'s callers. A file with a mistake in its form is not judged
further: what else would be said of it may be wrong. Never raises for a file.
"""

from typing import Any, NamedTuple

import msgspec

from kiki.documents.read import Parsed, read_yaml
from kiki.model.artifact import File
from kiki.model.finding import Finding
from kiki.vdc import judging, shape
from kiki.vdc.definition import Definition
from kiki.vdc.source import Source

_TEXTS = ("vdc", "name", "description")  # what is no section
_SINGLE = ("project", "quotas", "kubernetes")  # sections that are one thing, not things by name
_LISTS = ("hosts", "podman")  # sections of lists by name


class Read(NamedTuple):
    """The *definition*, None when its form is wrong; all *findings*, by line."""

    definition: Definition | None
    findings: tuple[Finding, ...]


def read(file: File) -> Read:
    """What *file* defines."""
    parsed = read_yaml(file.text, file.path)
    source = Source(parsed)
    definition = _definition(parsed, source)
    if definition is not None:
        judging.judge(source, definition)
    found = [*parsed.findings, *source.findings]
    ordered = sorted(found, key=lambda one: (one.line, one.column))
    return Read(definition, tuple(ordered))


def _definition(parsed: Parsed, source: Source) -> Definition | None:
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0], dict):
        if not any(one.severity == "error" for one in parsed.findings):
            source.report("vdc.not_a_definition", "error", ())
        return None
    data = _filled(parsed.documents[0])
    shape.judge(source, data)
    if any(one.severity == "error" for one in (*source.findings, *parsed.findings)):
        return None
    try:
        return msgspec.convert(data, Definition)
    except msgspec.ValidationError as error:  # the schema and the types differ somewhere
        source.report("vdc.form_wrong", "error", (), problem=str(error))
        return None


def _filled(data: dict[Any, Any]) -> dict[Any, Any]:
    """*data* without empty sections, and with ``{}`` for a thing of which nothing is said."""
    return {
        key: {name: _empty(key) if item is None else item for name, item in value.items()}
        if isinstance(value, dict) and key not in _SINGLE
        else value
        for key, value in data.items()
        if value is not None or key in _TEXTS
    }


def _empty(section: Any) -> Any:
    return [] if section in _LISTS else {}
