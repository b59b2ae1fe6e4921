"""All files of an artifact: each by itself, then what they say of each other.

Called by ``check``. It needs the files only: what they don't show (an inventory elsewhere, roles
that are installed) is taken as it may be, and said where that matters.
"""

from kiki.documents.read import Parsed, read_yaml
from kiki.model.artifact import Artifact
from kiki.model.finding import Finding
from kiki.targets.ansible.check import places, references
from kiki.targets.ansible.check.places import Judge
from kiki.targets.ansible.check.plays import check_playbook
from kiki.targets.ansible.check.report import Report
from kiki.targets.ansible.check.tasks import Used
from kiki.targets.ansible.check.variables import check_undefined
from kiki.targets.ansible.check.variables.given import given_by_inventory, given_by_mapping
from kiki.targets.ansible.check.variables.naming import Names, names_of

_VAULT = "$ANSIBLE_VAULT;"


class Checked:
    """One file with its findings, what it refers to, and the names it defines and asks for."""

    def __init__(self, path: str, parsed: Parsed, *, foreign: bool) -> None:
        self.path = path
        self.parsed = parsed
        self.report = Report(parsed, foreign=foreign)
        self.used = Used()
        self.names = Names()
        self.judge: Judge = check_playbook
        self.brings: set[str] = set()

    @property
    def is_playbook(self) -> bool:
        """Whether it is to be run."""
        return self.judge is check_playbook

    @property
    def has_names(self) -> bool:
        """Whether variables are defined and asked for in it as Ansible does, and not as data."""
        return self.judge is not places.mapping

    def findings(self) -> tuple[Finding, ...]:
        """What the reader and the check found."""
        return (*self.parsed.findings, *self.report.findings)


def check(artifact: Artifact) -> tuple[Finding, ...]:
    """Everything that is wrong with the artifact's files, by file and line.

    Errors keep it from running or would run something else than it says; warnings should be
    looked at. It never raises for what a file contains.
    """
    texts = {file.path: file.text for file in artifact.files}
    sealed = {path for path, text in texts.items() if text.startswith(_VAULT)}
    files = look(artifact)
    found = [Finding(code="ansible.vault_skipped", severity="info", file=path) for path in sealed]
    if not files:
        return tuple(found) or (Finding(code="ansible.no_files", severity="error"),)
    _check_together(files, texts, opaque=bool(sealed))
    found += [finding for file in files.values() for finding in file.findings()]
    return tuple(sorted(found, key=lambda each: (each.file, each.line, each.column, each.code)))


def look(artifact: Artifact) -> dict[str, Checked]:
    """Every YAML file that is read as Ansible's, checked by itself, by its path."""
    texts = [(file.path, file.text) for file in artifact.files if places.is_ours(file.path)]
    readable = [(path, text) for path, text in texts if not text.startswith(_VAULT)]
    foreign = not artifact.intent_digest
    files = {path: Checked(path, read_yaml(text, path), foreign=foreign) for path, text in readable}
    for path, file in files.items():
        file.judge = places.judge_of(path, file.parsed.documents, entry=path == artifact.entry)
        _check_alone(file)
    return files


def _check_alone(file: Checked) -> None:
    documents = file.parsed.documents
    broken = any(finding.severity == "error" for finding in file.parsed.findings)
    if not broken and all(document is None for document in documents):
        if file.is_playbook:
            file.report.findings.append(
                Finding(code="ansible.no_plays", severity="error", file=file.path)
            )
        return
    for index, document in enumerate(documents):
        if document is not None:
            file.judge(document, (index,), file.report, file.used)
    if len(documents) > 1:
        file.report.error("several_documents", (1,))
    if file.has_names:
        file.names = names_of(documents, file.report.tag)


def _check_together(files: dict[str, Checked], texts: dict[str, str], *, opaque: bool) -> None:
    for file in files.values():
        file.brings = references.brought_by(file.path, file.used, file.names.files, files)
    both = {path: (file.report, file.used) for path, file in files.items()}
    playbooks = {path for path, file in files.items() if file.is_playbook}
    references.check_references(both, playbooks)
    if not playbooks:
        return  # what the playbook would define can't be seen
    given = set()
    for path, file in files.items():
        given |= given_by_mapping(path, file.parsed.documents)
    for path, text in texts.items():
        if path not in files and not text.startswith(_VAULT):
            given |= given_by_inventory(text)
    missing = any(
        not references.found(name, path, files)
        for path, file in files.items()
        for name in file.names.files
    )
    check_undefined(files, given, opaque=opaque or missing)
