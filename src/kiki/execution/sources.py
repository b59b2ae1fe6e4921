"""What ``ansible-inventory`` is pointed at, and what its complaints mean.

Called by ``inventories``. Paths are read where this process runs; contents that were sent are
written to a private folder in memory.
"""

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any, NoReturn

import yaml

from kiki.execution.examining import examine, text_of
from kiki.execution.faults import guarded
from kiki.execution.folders import open_private
from kiki.execution.nesting import too_deep
from kiki.execution.ranges import complaint
from kiki.execution.redaction import HIDDEN
from kiki.model.errors import UsageError
from kiki.model.request import InventorySource

_ALL = "ansible.builtin.yaml,ansible.builtin.toml,ansible.builtin.ini"
_SCRIPTS = _ALL + ",ansible.builtin.script"
_BY_SUFFIX = {
    ".yml": "ansible.builtin.yaml",
    ".yaml": "ansible.builtin.yaml",
    ".json": "ansible.builtin.yaml",
    ".toml": "ansible.builtin.toml",
    ".ini": "ansible.builtin.ini",
}
VAULTED = "$ANSIBLE_VAULT;"
_VARIABLES = frozenset({"group_vars", "host_vars"})
_KEY_FILES = ("ansible_ssh_private_key_file", "ansible_private_key_file")
_QUOTED = re.compile(
    r"definition '(\S+)|got: (\S.*)$|pattern '([^']+)'|Section \[([^\]]+)\]|group '([^']+)'",
    re.MULTILINE,
)
_ITEM = re.compile(r"[^\s,;'\"\\/$`(){}|<>&!*?~=#@-][^\s,;'\"\\/$`(){}|<>&!*?~=#@]*")


class Source:
    """One inventory source.

    *argument* is what Ansible gets, *shown* what people see. *trusted*: a file on this machine,
    which may name programs to run as whoever wrote it could run them anyway. *lasting*: it can be
    read again later. *base* is where relative paths of key files start.
    """

    def __init__(
        self, argument: str, shown: str, plugins: str, *, base: Path | None = None, text: str = ""
    ) -> None:
        self.argument = argument
        self.shown = shown
        self.plugins = plugins
        self.trusted = self.lasting = base is not None
        self._base = base
        self._text = text

    @property
    def runs(self) -> bool:
        """Whether a program answers, perhaps otherwise each time."""
        return self.plugins == _SCRIPTS

    def rooted(self, variables: dict[str, Any]) -> dict[str, Any]:
        """The variables with paths that no longer depend on where Ansible is started."""
        if self._base is None:
            return variables
        folder = str(self._base)
        found = {name: _with_folder(value, folder) for name, value in variables.items()}
        for name in _KEY_FILES:
            if isinstance(found.get(name), str):
                found[name] = _absolute(found[name], self._base)
        return found

    def place_of(self, complaint: str) -> tuple[str, str]:
        """``file:line`` that a complaint is about, the file alone when the line can't be told,
        and the line's text."""
        for shown, suffix, text in self._texts():
            only = "" if "," in self.plugins else self.plugins.rpartition(".")[2]
            line = _line_in(text, only or _kind(suffix, text), complaint)
            if line:
                lines = text.splitlines()
                about = lines[line - 1] if line <= len(lines) else ""
                return f"{shown}:{line}", about
        return self._beside() or self.shown, ""

    @property
    def vaulted(self) -> bool:
        """Whether anything in its files is encrypted with Ansible Vault."""
        texts = (*(text for _, _, text in self._texts()), *(text for _, text in self._files()))
        return any(VAULTED in text for text in texts)

    def vault_place(self) -> str:
        """``file:line`` of the first text that Ansible Vault encrypted."""
        for shown, text in (*((shown, text) for shown, _, text in self._texts()), *self._files()):
            at = text.find(VAULTED)
            if at >= 0:
                return f"{shown}:{text.count(chr(10), 0, at) + 1}"
        return self.shown

    def _beside(self) -> str:
        """The place of a mistake in the files of variables beside it, if that is where it is."""
        places = ((shown, _yaml_line(text)) for shown, text in self._files())
        return next((f"{shown}:{line}" for shown, line in places if line), "")

    def _files(self) -> Iterator[tuple[str, str]]:
        """The files of variables beside it, with their texts."""
        path = Path(self.argument)
        folder = path if path.is_dir() else path.parent
        names = _VARIABLES if self.lasting else ()
        for file in sorted(file for name in names for file in (folder / name).rglob("*")):
            with contextlib.suppress(OSError):
                if file.is_file():
                    yield str(file), file.read_text("utf-8", "replace")

    def _texts(self) -> Iterator[tuple[str, str, str]]:
        if not self.lasting:
            yield self.shown, PurePath(self.argument).suffix, self._text
            return
        path = Path(self.argument)
        for file in _files(path):
            with contextlib.suppress(OSError):
                shown = str(file) if path.is_dir() else self.shown
                yield shown, file.suffix, file.read_text("utf-8", "replace")


def prepare(given: InventorySource, scratch: Path, *, scripts: bool = False) -> Source:
    """The source of one of the four forms. UsageError when it can't be read, or is a program and
    *scripts* does not allow that."""
    match given.form:
        case "path":
            return _of_path(given.text, scripts=scripts)
        case "hosts":
            return _of_hosts(given.text)
        case "file":
            return _of_text(given.text, scratch, given.origin or "--inventory")
        case "inline":
            return _of_text(given.text, scratch, "--inventory", ".ini")


def _of_path(text: str, *, scripts: bool) -> Source:
    path = _readable(text)
    if "," in str(path):
        raise UsageError("inventory.unreadable", path=text, why="its path has a comma")
    texts = []
    runs = False
    for file in _files(path):
        if _is_program(file):
            if not scripts:
                raise UsageError("inventory.script", path=str(file))
            runs = True
            continue
        with guarded(file):
            data = file.read_bytes()
        shown = str(file) if path.is_dir() else text
        texts.append((shown, file.suffix, text_of(data, shown)))
    base = path if path.is_dir() else path.parent
    if runs:
        examine([(shown, _kind(suffix, content), content) for shown, suffix, content in texts])
        return Source(str(path), text, _SCRIPTS, base=base)
    _examine(texts, text)
    plugins = _BY_SUFFIX.get(path.suffix, _ALL) if path.is_file() else _ALL
    return Source(str(path), text, plugins, base=base)


def _examine(texts: list[tuple[str, str, str]], shown: str) -> None:
    """What is wrong with texts (path, suffix, content) that Ansible would read, or not say."""
    for path, suffix, content in texts:
        if content.startswith(VAULTED):  # its hosts could neither be shown nor recorded
            raise UsageError("inventory.vault_whole", path=path)
        _not_deep(content, suffix, path)
    if not any(content.strip().removeprefix("\ufeff") for _, _, content in texts):
        raise UsageError("inventory.no_hosts", path=shown, limit="-")
    examine([(path, _kind(suffix, content), content) for path, suffix, content in texts])


def _kind(suffix: str, content: str) -> str:
    """Which of Ansible's readers a text is meant for."""
    if suffix in _BY_SUFFIX:
        return _BY_SUFFIX[suffix].rpartition(".")[2]
    return (
        "yaml" if re.match(r"\ufeff?\s*(?:---|\{|[\w.-]+:\s*$)", content, re.MULTILINE) else "ini"
    )


def _of_hosts(text: str) -> Source:
    items = host_items(text)
    for item in items:
        wrong = complaint(item)
        if wrong:
            raise UsageError("inventory.range", path="--inventory", host=item, reason=wrong)
    return Source(",".join(items) + ",", text, "ansible.builtin.advanced_host_list")


def host_items(text: str) -> list[str]:
    """The items of a comma list, ranges as they are. UsageError for what can't be a host."""
    items = [item.strip() for item in text.split(",") if item.strip()]
    for item in items:
        if not _ITEM.fullmatch(item):
            raise UsageError("inventory.host_invalid", host=item)
    if not items:
        raise UsageError("inventory.no_hosts", path=text or '""', limit="-")
    return items


def _of_text(text: str, scratch: Path, name: str, suffix: str = "") -> Source:
    if not text.strip():
        raise UsageError("inventory.no_hosts", path=name, limit="-")
    suffix = suffix or PurePath(name).suffix
    text = text.removeprefix("\ufeff")
    _examine([(name, suffix, text)], name)
    path = scratch / "source" / ("hosts" + (suffix if suffix in _BY_SUFFIX else ""))
    with guarded(path):
        path.parent.mkdir(mode=0o700)
        with open_private(path) as file:
            file.write(text)
    return Source(str(path), name, _BY_SUFFIX.get(suffix, _ALL), text=text)


def absolute(text: str) -> Path:
    """A path as the user means it, links kept. OSError when the current folder is gone."""
    return Path(os.path.abspath(os.path.expanduser(text)))  # noqa: PTH100, PTH111 -- keeps links


def _readable(shown: str) -> Path:
    try:
        path = absolute(shown)
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            next(path.iterdir(), None)
        elif stat.S_ISREG(mode):
            path.open("rb").close()
        else:
            raise UsageError("inventory.unreadable", path=shown, why="not a file or folder")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError("inventory.unreadable", path=shown, why=why) from error
    return path


def _files(path: Path) -> Iterator[Path]:
    """The files that Ansible would take as inventories."""
    if path.is_file():
        yield path
        return
    for folder, inside, files in os.walk(path):
        inside[:] = [name for name in inside if name not in _VARIABLES and name[:1] != "."]
        yield from (Path(folder) / name for name in files if name[:1] != ".")


def _is_program(path: Path) -> bool:
    """Whether it is a script or binary. A set x bit alone says nothing: some file systems set
    all."""
    with guarded(path), path.open("rb") as file:
        start = file.read(4)
    return start == b"\x7fELF" or (start[:2] == b"#!" and os.access(path, os.X_OK))


def _not_deep(text: str, suffix: str, shown: str) -> None:
    """Ansible's YAML reader would end without a word."""
    if _BY_SUFFIX.get(suffix, _ALL).startswith("ansible.builtin.yaml") and too_deep(text):
        raise UsageError("inventory.invalid", path=shown, why="nested too deeply")


def _with_folder(value: Any, folder: str) -> Any:
    """``{{ inventory_dir }}`` written out: the frozen inventory lies elsewhere."""
    if isinstance(value, str):
        return re.sub(r"\{\{\s*inventory_dir\s*\}\}", lambda _: folder, value)
    return value


def _absolute(path: str, base: Path) -> str:
    """A key file as Ansible would find it from the current folder, or beside the inventory."""
    if not path or path[0] in "/~$" or "{{" in path:
        return path
    with contextlib.suppress(OSError):  # the current folder may be gone
        here = absolute(path)
        if here.exists() or not (base / path).exists():
            return str(here)
    return str(base / path)


def _line_in(text: str, kind: str, complaint: str) -> int:
    """The number of the line that a complaint is about, which Ansible 2.19 leaves out; 0 when
    there is none."""
    if kind == "yaml":
        return _yaml_line(text)
    words = [word for found in _QUOTED.findall(complaint) for word in found if word]
    for number, line in enumerate(text.splitlines(), start=1):
        if any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line) for word in words):
            return number
    return 0


def _yaml_line(text: str) -> int:
    try:
        for _ in yaml.parse(text, Loader=yaml.CSafeLoader):  # not compose: it recurses
            pass
    except yaml.MarkedYAMLError as error:
        return error.problem_mark.line + 1 if error.problem_mark else 0
    except yaml.YAMLError:
        pass
    return 0


# --- what Ansible says ----------------------------------------------------------------------------

_PARSE = re.compile(
    r"Failed to parse inventory with '[\w.]*?(\w+)' plugin: (?:Failed to parse inventory: )?"
    r"(.*?)(?=\n\n|\Z)",
    re.DOTALL,
)
# Warnings about content that Ansible leaves out: the inventory would not mean what it says.
_LEFT_OUT = re.compile(r"\[WARNING\]: ((?:Skipping |Unable to parse|Could not parse).*)")
_UNMATCHED = re.compile(r"\[WARNING\]: Could not match supplied host pattern, ignoring: (.*)")
_ERROR = re.compile(r"\[ERROR\]: (.*)|ERROR! (.*)")


def refuse(said: str, rc: int, source: Source, secrets: str = "") -> None:
    """Raise the UsageError for what ``ansible-inventory`` printed to its standard error, if any.
    *secrets* names those with the Vault passwords that it had."""
    if _NO_VAULT.search(said):
        refuse_vault(source, secrets)
    unmatched = _UNMATCHED.search(said)
    if unmatched:  # a misspelt exclusion would let a host in that was to be left alone
        raise UsageError("inventory.no_hosts", path=source.shown, limit=unmatched[1])
    left_out = _LEFT_OUT.search(said)
    if rc == 0 and not left_out:
        return
    why = _complaint(said) if rc else (left_out[1] if left_out else "")
    why = " ".join(why.replace(source.argument, source.shown).split())
    if "Plugin configuration YAML file" in why:
        raise UsageError("inventory.script", path=source.shown)
    where, about = source.place_of(why)
    raise UsageError("inventory.invalid", path=where, why=without_secrets(why, about))


_NO_VAULT = re.compile(r"(?i)no vault secrets|vault password|decryption failed|decrypt failed")


def refuse_vault(source: Source, secrets: str, place: str = "") -> NoReturn:
    """Values that can't be decrypted: without a password, or with none of those in *secrets*."""
    path = ", ".join(filter(None, (source.vault_place(), place)))
    if secrets:
        raise UsageError("inventory.vault_wrong", path=path, secrets=secrets)
    raise UsageError("inventory.vault", path=path)


# What is named like a secret, and all that follows it: of what is written wrongly nobody knows
# where the value ends.
_SECRET = re.compile(
    r"(?i)([\w-]*(?:pass|secret|token|credential|private_key|api_?key)[\w-]*[\"']?)[ \t]*[=: ]"
    r".*?(?='?: [A-Z]|$)"
)
_GOT = re.compile(r"(got: ).*")


def without_secrets(why: str, about: str) -> str:
    """A complaint about the line *about*, without what may be a secret's value in it."""
    if _SECRET.search(about):
        why = _GOT.sub(rf"\1{HIDDEN}", why)
    return _SECRET.sub(rf"\1={HIDDEN}", why)


def _complaint(said: str) -> str:
    """The complaint of the plugin that the file was most likely meant for."""
    by_plugin = {match[1]: match[2] for match in _PARSE.finditer(said)}
    if by_plugin:
        wrong = by_plugin.get("yaml", "")
        if "ini" in by_plugin and not wrong.startswith("Plugin configuration"):
            return by_plugin["ini"]
        return wrong or next(iter(by_plugin.values()))
    errors = [match[1] or match[2] for match in _ERROR.finditer(said)]
    return errors[0] if errors else said.strip()[-500:]
