"""All files of an artifact: which is what, and whether what they refer to is there.

Called by ``check``. A file's place says what it is, as Ansible itself decides: ``tasks/``,
``handlers/``, ``defaults/``, ``vars/`` and ``meta/`` of a role; everything else is a playbook or,
when a playbook brings it in, a list of tasks.
"""

from collections.abc import Callable
from typing import Any

from kiki.documents.read import Parsed, read_yaml
from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.targets.ansible.check import habits
from kiki.targets.ansible.check.plays import check_playbook, is_play
from kiki.targets.ansible.check.report import Place, Report, shown
from kiki.targets.ansible.check.tasks import Used, check_tasks

_ENDINGS = (".yml", ".yaml")
_VARIABLES = frozenset(("defaults", "vars", "group_vars", "host_vars"))

Judge = Callable[[Any, Place, Report, Used], None]


def check(artifact: Artifact) -> tuple[Finding, ...]:
    """Everything that is wrong with the artifact's files, by file and line.

    Errors keep it from running or would run something else than it says; warnings should be
    looked at. It never raises for what a file contains.
    """
    files = {file.path: file.text for file in artifact.files if file.path.endswith(_ENDINGS)}
    if not files:
        return (Finding(code="ansible.no_files", severity="error"),)
    checked = {path: _File(path, text) for path, text in files.items()}
    for path, file in checked.items():
        _check_file(file, _judge(path, file, path != artifact.entry))
    for file in checked.values():
        _check_references(file, checked)
    found = [finding for file in checked.values() for finding in file.findings()]
    return tuple(sorted(found, key=lambda each: (each.file, each.line, each.column, each.code)))


class _File:
    """One file with its findings and what it refers to."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.parsed: Parsed = read_yaml(text, path)
        self.report = Report(self.parsed)
        self.used = Used()

    def findings(self) -> tuple[Finding, ...]:
        """What the reader and the check found."""
        return (*self.parsed.findings, *self.report.findings)


def _check_file(file: _File, judge: Judge) -> None:
    documents = file.parsed.documents
    broken = any(finding.severity == "error" for finding in file.parsed.findings)
    if not broken and all(document is None for document in documents):
        if judge is check_playbook:
            file.report.findings.append(
                Finding(code="ansible.no_plays", severity="error", file=file.path)
            )
        return
    for index, document in enumerate(documents):
        if document is not None:
            judge(document, (index,), file.report, file.used)
    if len(documents) > 1:
        file.report.error("several_documents", (1,))


def _judge(path: str, file: _File, other: bool) -> Judge:
    """What checks the file at *path*; *other*: it is not the one to run."""
    folders = path.split("/")[:-1]
    name = path.rpartition("/")[2]
    if "tasks" in folders or "handlers" in folders:
        return _handlers if "handlers" in folders else _tasks
    if folders and folders[-1] == "meta":
        return _specifications if name.startswith("argument_specs") else _mapping
    if _VARIABLES & set(folders) or (other and _is_mapping(file)):
        return _variables
    return _tasks if other and not _looks_like_plays(file) else check_playbook


def _is_mapping(file: _File) -> bool:
    return isinstance(next(iter(file.parsed.documents), None), dict)


def _looks_like_plays(file: _File) -> bool:
    first = next(iter(file.parsed.documents), None)
    entries = first if isinstance(first, list) else []
    return any(isinstance(entry, dict) and is_play(entry) for entry in entries)


def _tasks(document: Any, place: Place, report: Report, used: Used) -> None:
    if not isinstance(document, list):
        report.error("not_a_task_list", place)
        return
    used.open = True
    check_tasks(document, place, report, used)


def _handlers(document: Any, place: Place, report: Report, used: Used) -> None:
    if not isinstance(document, list):
        report.error("not_a_task_list", place)
        return
    check_tasks(document, place, report, used, "Handler")


def _variables(document: Any, place: Place, report: Report, used: Used) -> None:
    _mapping(document, place, report, used)
    habits.check_variables(document, place, report)


def _mapping(document: Any, place: Place, report: Report, _: Used) -> None:
    if not isinstance(document, dict):
        report.error("not_a_mapping", place, value=shown(document))


def _specifications(document: Any, place: Place, report: Report, used: Used) -> None:
    _mapping(document, place, report, used)
    if isinstance(document, dict) and not isinstance(document.get("argument_specs"), dict):
        report.error("no_argument_specs", place)


def _check_references(file: _File, files: dict[str, _File]) -> None:
    handlers = set().union(*(each.used.handlers for each in files.values()))
    if not file.used.open:
        for name, place in file.used.notified:
            if name not in handlers:
                file.report.error("handler_missing", place, handler=name)
    for name, place in file.used.roles:
        if "." not in name and not any(_is_in_role(path, name) for path in files):
            file.report.error("role_missing", place, role=name)
    for name, place in file.used.files:
        if not any(path == name or path.endswith("/" + name) for path in files):
            file.report.error("file_missing", place, path=name)


def _is_in_role(path: str, role: str) -> bool:
    return f"/{role}/tasks/" in f"/{path}" or f"/{role}/meta/" in f"/{path}"
