"""The approved code of a change in the site's Git repository, right before it runs.

Called by ``applying`` and ``local``. Without ``git_dir`` nothing happens here. What goes wrong is
said in the ledger and stops nothing, unless the site wants it (``git_required``).
"""

import re
import unicodedata
from contextlib import suppress

from msgspec.structs import replace

from kiki.model.agent import Listener, Progress
from kiki.model.artifact import Artifact
from kiki.model.change import Change
from kiki.model.code import Wanted
from kiki.model.errors import KikiError, PermanentError
from kiki.model.intent import Intent
from kiki.model.people import project_name
from kiki.policy.fields import noun, texts, verb
from kiki.service import planning
from kiki.service.journal import Journal
from kiki.service.parts import Code, Parts

COMMITTED, FAILED = "git", "git_failed"
PUSHED, NOT_PUSHED = "git_pushed", "git_push_failed"
REMOVALS = "removals"
_REMOVING = frozenset(("remove", "delete"))
_NAMES = ("name", "names", "path", "paths", "app")
_LONGEST = 80


def commit(parts: Parts, change: Change, listener: Listener) -> Change:
    """*change* with its commit. What goes wrong is raised only where the site wants it."""
    if parts.code is None:
        return change
    project = project_name(change.request.project)
    try:
        made = parts.code.commit(_wanted(parts, parts.code, change, project))
    except KikiError as error:
        if parts.code_required:
            raise
        listener(Progress(code="progress.git_failed"))
        return Journal(parts).note(change, FAILED, {"why": error.code, "project": project})
    told = {"commit": made.commit, "folders": list(made.folders), "project": project}
    return Journal(parts).note(change, COMMITTED, told, commit=made.commit)


def push(parts: Parts, change: Change) -> Change:
    """Push what was not pushed, also what earlier runs left; *change* with a record of it. Never
    raises: the run is over."""
    if parts.code is None or not change.commit:
        return change
    try:
        head = parts.code.push(project_name(change.request.project))
    except KikiError as error:
        return _noted(parts, change, NOT_PUSHED, {"why": error.code})
    return _noted(parts, change, PUSHED, {"commit": head}) if head else change


def _noted(parts: Parts, change: Change, event: str, told: dict[str, str]) -> Change:
    """A record, or none when somebody else moved the change meanwhile."""
    with suppress(KikiError):
        return Journal(parts).note(change, event, told)
    return change


def _wanted(parts: Parts, code: Code, change: Change, project: str) -> Wanted:
    artifact, intent = change.stage.artifact, planning.intent_of(change)
    if artifact is None:
        raise PermanentError("change.no_intent", id=change.id)
    removing = is_removal(change, intent)
    folder = folder_of(intent, removing=removing)
    wanted = Wanted(
        project=project,
        author=change.request.requester,
        at=change.approval.at if change.approval else parts.now(),
        subject=f"{folder}: {change.request.message or _subject(change)}",
        trailers=_trailers(change),
        put={folder: _files(artifact)},
    )
    if change.undoes:
        return replace(wanted, back=_before(parts, change))
    if removing:
        gone = _gone(parts, code, intent, project)
        return replace(wanted, drop=tuple(name for name in gone if name != folder))
    return wanted


def is_removal(change: Change, intent: Intent) -> bool:
    """Whether the change only takes things away: then its code is not what the site is made of."""
    takes = all(verb(operation) in _REMOVING for operation in intent.operations)
    return bool(change.undoes) or (takes and bool(intent.operations))


def folder_of(intent: Intent, *, removing: bool = False) -> str:
    """Where the code of *intent* lies, always the same for one target and name."""
    plain = unicodedata.normalize("NFC", intent.name).casefold()
    name = re.sub(r"[^\w.-]+", "-", plain).strip("-.")[:_LONGEST].rstrip("-.") or "unnamed"
    name = name + "-" if name.endswith((".lock", ".git")) else name
    return f"{REMOVALS}/{intent.target}/{name}" if removing else f"{intent.target}/{name}"


def _files(artifact: Artifact) -> dict[str, str]:
    return {file.path: file.text for file in artifact.files}


def _subject(change: Change) -> str:
    return f"undo {change.undoes}" if change.undoes else "by flags"


def _trailers(change: Change) -> tuple[tuple[str, str], ...]:
    grant = change.approval
    approvers = [one.approver for one in (*change.granted, *((grant,) if grant else ()))]
    return (
        ("Change", change.id),
        ("Digest", grant.digest if grant else ""),
        ("Ticket", change.request.ticket),
        ("Undoes", change.undoes),
        ("Requested-by", change.request.requester),
        *(("Approved-by", approver) for approver in dict.fromkeys(approvers)),
    )


def _before(parts: Parts, change: Change) -> dict[str, str]:
    """The folders that the change which is taken back wrote, with its last commit: they are wanted
    as they were before it."""
    records = parts.store().ledger.records(change.undoes)
    made = [record.data for record in records if record.event == COMMITTED]
    if not made:
        return {}
    folders = (str(name) for name in made[-1].get("folders", ()))
    return {name: str(made[-1]["commit"]) for name in folders if not _is_program(name)}


def _is_program(folder: str) -> bool:
    return folder.startswith(REMOVALS + "/")


def _gone(parts: Parts, code: Code, intent: Intent, project: str) -> tuple[str, ...]:
    """The folders whose change made nothing but what *intent* takes away."""
    removed = _things(intent)
    names = {name for _, name, _ in removed}
    return tuple(
        folder
        for folder in code.folders(project, intent.target)
        if _may_have(folder, names) and _covered(parts, code.change_of(project, folder), removed)
    )


def _may_have(folder: str, names: set[str]) -> bool:
    """Whether a folder's name ends with that of a thing: the others need not be looked into."""
    last = folder.rpartition("/")[2]
    short = {re.sub(r"[^\w.-]+", "-", name).strip("-.") for name in names}
    return any(last == name or last.endswith(f"-{name}") for name in short if name)


def _covered(parts: Parts, change_id: str, removed: set[tuple[str, str, str]]) -> bool:
    """Whether everything that the change made is among what is *removed*."""
    if not change_id:
        return False
    try:
        made = _things(planning.intent_of(parts.store().changes.get(change_id)))
    except KikiError:
        return False  # written by another Kiki: nothing is known of it
    return bool(made) and made <= removed


def _things(intent: Intent) -> set[tuple[str, str, str]]:
    """What the operations are about: what it is, its name and its namespace."""
    return {
        (noun(operation), name.casefold(), str(operation.fields.get("namespace") or ""))
        for operation in intent.operations
        for name in texts(operation, *_NAMES) or ("",)
    }
