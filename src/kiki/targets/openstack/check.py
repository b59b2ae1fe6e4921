"""The strict offline check of Heat templates, ours or anybody's.

Called by ``target.check``. Every file of the artifact that is a template is checked; environment
files add the resource types that they register. No I/O but the schema file.
"""

from typing import Any

from kiki.documents.near import near
from kiki.documents.read import Parsed, read_yaml
from kiki.model.artifact import Artifact
from kiki.model.finding import Finding, Severity
from kiki.targets.openstack import parameters, resources, sections
from kiki.targets.openstack.schema import heat
from kiki.targets.openstack.source import Source

VERSION = "heat_template_version"
_CFN = ("AWSTemplateFormatVersion", "HeatTemplateFormatVersion")
_ENVIRONMENT = ("resource_registry", "parameter_defaults", "encrypted_param_names", "event_sinks")
_ENDINGS = (".yaml", ".yml", ".template", ".hot")


def check(artifact: Artifact) -> tuple[Finding, ...]:
    """All findings, by file and line."""
    files = frozenset(file.path for file in artifact.files)
    parsed = [
        read_yaml(file.text, file.path)
        for file in artifact.files
        if file.path == artifact.entry or file.path.endswith(_ENDINGS)
    ]
    types = frozenset(name for one in parsed for name in _registered(one))
    findings: list[Finding] = []
    for one in parsed:
        found = [*one.findings, *_judge(one, types, files)]
        findings += sorted(found, key=lambda finding: (finding.line, finding.column))
    return tuple(findings)


def _judge(parsed: Parsed, types: frozenset[str], files: frozenset[str]) -> list[Finding]:
    """The findings about one file, beyond those of its YAML."""
    if len(parsed.documents) != 1:
        if not parsed.documents and parsed.findings:
            return []
        code = "openstack.several_documents" if parsed.documents else "openstack.nothing_here"
        return [_finding(parsed, code, file=parsed.file)]
    data = parsed.documents[0]
    if not isinstance(data, dict):
        return [_finding(parsed, "openstack.not_a_template")]
    if VERSION not in data:
        return _without_version(parsed, data)
    version = heat().versions.get(str(data[VERSION]))
    if version is None:
        return [_unknown_version(parsed, str(data[VERSION]))]
    source = Source(parsed, version, types, files)
    for part in (sections, parameters, resources):
        part.judge(source)
    parameters.unused(source)
    return source.findings


def _without_version(parsed: Parsed, data: dict[Any, Any]) -> list[Finding]:
    if any(name in data for name in _ENVIRONMENT) or set(data) == {"parameters"}:
        return []
    if any(name in data for name in _CFN):
        return [_finding(parsed, "openstack.cloudformation", "warning")]
    return [_finding(parsed, "openstack.version_missing", newest=_newest())]


def _unknown_version(parsed: Parsed, version: str) -> Finding:
    known = tuple(heat().versions)
    close = near(version, known) or _newest()
    code = "openstack.version_unknown"
    return _finding(parsed, code, path=(VERSION,), version=version, near=close)


def _newest() -> str:
    return max(version for version in heat().versions if version[0].isdigit())


def _registered(parsed: Parsed) -> list[str]:
    """The resource types that an environment file makes known."""
    found = []
    for data in parsed.documents:
        registry = data.get("resource_registry") if isinstance(data, dict) else None
        found += [str(name) for name in registry] if isinstance(registry, dict) else []
    return found


def _finding(
    parsed: Parsed,
    code: str,
    severity: Severity = "error",
    path: tuple[str, ...] = (),
    **params: str,
) -> Finding:
    line, column = parsed.line_of(path)
    return Finding(
        code=code, severity=severity, file=parsed.file, line=line, column=column, params=params
    )
