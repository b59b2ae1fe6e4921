"""The site's code as Git history: one bare repository for each project, written without a working
tree.

Called by ``service.committing`` and ``wiring``. No working tree means that nobody's edits are
overwritten, no symbolic link is followed, no hook and no filter runs. ``refs/kiki/last`` is what
Kiki wrote last: what differs from it in a folder that is to be written is somebody else's, and
stays. Several processes, also on several machines, write after each other: a lock, and Git's own
comparison when the branch moves.
"""

import fcntl
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from kiki.model.code import Committed, Wanted
from kiki.model.errors import PermanentError, TemporaryError
from kiki.store.git import Git

BRANCH = "refs/heads/main"
LAST = "refs/kiki/last"
PUSHED = "refs/kiki/pushed"
COMMITTER = "Kiki"
PUSH_S = 30.0
_NONE = "0" * 40
_TRIES = 5
_PROJECT = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_REMOTE = re.compile(r"(?:https?://|ssh://|file:///|/|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:)[^\s]+")
_LONGEST = 200


class Repositories:
    """All projects' repositories below *folder*. *now* gives RFC 3339 UTC; *remote* is where they
    are pushed, with ``{project}`` for the project, empty for nowhere; *domain* is what authors'
    addresses end with."""

    def __init__(
        self,
        folder: str,
        now: Callable[[], str],
        surroundings: Mapping[str, str],
        *,
        remote: str = "",
        domain: str = "localhost",
    ) -> None:
        self._folder = Path(folder)
        self._now = now
        self._surroundings = dict(surroundings)
        self._remote = remote
        self._domain = domain

    def commit(self, wanted: Wanted) -> Committed:
        """Make the commit. PermanentError ``git.foreign`` for a folder that somebody else changed,
        ``git.rewritten`` for a history that is not Kiki's any more, ``git.not_ours`` for what is no
        bare repository, ``git.path``; what ``Git`` raises."""
        with self._locked(wanted.project):
            git = self._opened(wanted.project)
            for _ in range(_TRIES):
                made = self._attempt(git, wanted)
                if made is not None:
                    return made
        raise TemporaryError("git.busy", place=str(self._place(wanted.project)))

    def change_of(self, project: str, folder: str) -> str:
        """The id of the change that wrote *folder* last; empty when it is not there."""
        git = self._opened(project)
        if not _tree(git, BRANCH, folder):
            return ""
        form = "--format=%(trailers:key=Change,valueonly,separator=%x00)"
        return git("log", "-1", form, BRANCH, "--", folder).strip().partition("\0")[0]

    def folders(self, project: str, target: str) -> tuple[str, ...]:
        """The folders of *target* that there are, by name."""
        git = self._opened(project)
        if not _hash(git, BRANCH):
            return ()
        names = git("ls-tree", "-d", "--name-only", "-z", BRANCH, "--", f"{target}/")
        return tuple(name for name in names.split("\0") if name)

    def push(self, project: str) -> str:
        """Push what was not pushed; the commit that is there now, empty when there was nothing to
        do. PermanentError ``git.remote_invalid``, ``git.failed``, TemporaryError ``git.slow``."""
        if not self._remote or not self._place(project).exists():
            return ""
        git = self._opened(project)
        head = _hash(git, BRANCH)
        if not head or head == _hash(git, PUSHED):
            return ""
        remote = checked(self._remote.replace("{project}", project))
        git("push", "--quiet", "--", remote, f"{head}:{BRANCH}", patience_s=PUSH_S)
        git("update-ref", PUSHED, head)
        return head

    def _place(self, project: str) -> Path:
        if not _PROJECT.fullmatch(project) or project.endswith((".lock", ".git")):
            raise PermanentError("git.project", name=project[:_LONGEST])
        return self._folder / f"{project}.git"

    @contextmanager
    def _locked(self, project: str) -> Iterator[None]:
        """Alone among the processes of this machine."""
        place = self._place(project)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            lock = os.open(place.with_suffix(".kiki-lock"), flags, 0o600)
        except OSError as error:
            said = error.strerror or str(error)
            raise PermanentError("git.failed", step="lock", said=said, place=str(place)) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _opened(self, project: str) -> Git:
        """The repository, made if it is not there. A symbolic link is none: it leads elsewhere."""
        place = self._place(project)
        git = Git(str(place), self._surroundings)
        if place.is_symlink():
            raise PermanentError("git.not_ours", place=str(place))
        if not place.exists():
            git("init", "--quiet", "--bare", "--template=", f"--initial-branch={BRANCH[11:]}")
        status, said, _ = git.asked("rev-parse", "--is-bare-repository")
        if status or said.strip() != "true":
            raise PermanentError("git.not_ours", place=str(place))
        return git

    def _attempt(self, git: Git, wanted: Wanted) -> Committed | None:
        """The commit on the branch as it is now; None when the branch moved meanwhile."""
        head, last = _hash(git, BRANCH), _hash(git, LAST)
        folders = {*wanted.put, *wanted.drop, *wanted.back}
        _hold_history(git, head, last)
        back = {
            name: commit for name, commit in wanted.back.items() if _same(git, head, name, commit)
        }
        touched = sorted({*wanted.put, *(name for name in wanted.drop if name in folders), *back})
        for folder in touched:
            _hold_folder(git, head, last, folder)
        tree = _written(git, wanted, head, touched, back)
        made = self._made(git, wanted, tree, head)
        moves = f"update {BRANCH} {made} {head or _NONE}\nupdate {LAST} {made} {last or _NONE}\n"
        status, _, _ = git.asked("update-ref", "--stdin", given=moves.encode())
        return None if status else Committed(commit=made, folders=tuple(touched))

    def _made(self, git: Git, wanted: Wanted, tree: str, head: str) -> str:
        who = identity(wanted.author)
        people = {
            "GIT_AUTHOR_NAME": who,
            "GIT_AUTHOR_EMAIL": f"{_mailbox(who)}@{self._domain}",
            "GIT_AUTHOR_DATE": wanted.at,
            "GIT_COMMITTER_NAME": COMMITTER,
            "GIT_COMMITTER_EMAIL": f"kiki@{self._domain}",
            "GIT_COMMITTER_DATE": self._now(),
        }
        parent = ("-p", head) if head else ()
        said = message(wanted).encode()
        return git("commit-tree", tree, *parent, "-F", "-", given=said, more=people).strip()


def message(wanted: Wanted) -> str:
    """The commit's message: one line, an empty one, the trailers. Nothing that a person wrote can
    begin a line."""
    lines = [f"{name}: {line(value)}" for name, value in wanted.trailers if line(value)]
    return line(wanted.subject) + "\n\n" + "\n".join(lines) + "\n"


def line(text: str) -> str:
    """*text* on one line, without control and other invisible characters."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(char if char.isprintable() else " " for char in plain)
    return " ".join(kept.split())[:_LONGEST]


def identity(name: str) -> str:
    """A person's name as Git takes one: no ``<``, ``>`` and line ends, and something in it."""
    plain = line(name.replace("<", " ").replace(">", " ")).strip(" .,:;\"'\\")
    return plain if any(char.isalnum() for char in plain) else "unknown"


def _mailbox(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "unknown"


def checked(remote: str) -> str:
    """*remote* if it is an address that Git may be given: no option, no helper program, and no
    password or token, which would be a secret in a setting."""
    fine = _REMOTE.fullmatch(remote) and "::" not in remote
    if not fine or re.match(r"https?://[^/]*@|[a-z]+://[^/@]*:[^/@]*@", remote):
        raise PermanentError("git.remote_invalid")
    return remote


def _hash(git: Git, name: str) -> str:
    """The commit that *name* is; empty when there is none."""
    status, said, _ = git.asked("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return "" if status else said.strip()


def _tree(git: Git, commit: str, folder: str) -> str:
    """What *commit* has at *folder*, as text to be compared; empty for nothing."""
    if not commit or not _hash(git, commit):
        return ""
    return git("ls-tree", "-r", "-z", commit, "--", folder)


def _same(git: Git, head: str, folder: str, commit: str) -> bool:
    """Whether *folder* is still as *commit* left it."""
    return bool(_hash(git, commit)) and _tree(git, head, folder) == _tree(git, commit, folder)


def _hold_history(git: Git, head: str, last: str) -> None:
    """What Kiki wrote must be in the branch; what others added to it is built upon."""
    if not last:
        return
    if not head or git.asked("merge-base", "--is-ancestor", last, head)[0]:
        raise PermanentError("git.rewritten", commit=last[:12])


def _hold_folder(git: Git, head: str, last: str, folder: str) -> None:
    """Nobody else may have changed the folder since."""
    if _tree(git, head, folder) == _tree(git, last, folder):
        return
    since = (f"{last}..{head}",) if last else (head,)
    commit = git("log", "-1", "--format=%h", *since, "--", folder).strip()
    raise PermanentError("git.foreign", folder=folder, commit=commit or head[:12])


def _written(git: Git, wanted: Wanted, head: str, touched: list[str], back: dict[str, str]) -> str:
    """The tree with every touched folder as it is wanted."""
    rows = [
        f"0 {_NONE}\t{row.partition(chr(9))[2]}"
        for folder in touched
        for row in _tree(git, head, folder).split("\0")
        if row
    ]
    for folder, files in wanted.put.items():
        rows += [
            f"100644 {_blob(git, text)}\t{_path(folder, path)}" for path, text in files.items()
        ]
    for folder, commit in back.items():
        rows += [
            row.replace(" blob ", " ", 1) for row in _tree(git, commit + "^", folder).split("\0")
        ]
    with tempfile.TemporaryDirectory(prefix="kiki-git-") as place:
        index = {"GIT_INDEX_FILE": f"{place}/index"}
        if head:
            git("read-tree", head, more=index)
        given = "".join(f"{row}\0" for row in rows if row).encode()
        git("update-index", "-z", "--index-info", given=given, more=index)
        return git("write-tree", more=index).strip()


def _blob(git: Git, text: str) -> str:
    return git("hash-object", "-w", "--stdin", given=text.encode()).strip()


def _path(folder: str, path: str) -> str:
    """Where a file of an artifact goes; PermanentError ``git.path`` for one that would lead out, or
    be taken for Git's own."""
    whole = f"{folder}/{path}"
    for part in whole.split("/"):
        odd = part in ("", ".", "..") or part.casefold().startswith(".git")
        if odd or not part.isprintable():
            raise PermanentError("git.path", path=line(whole))
    return whole
