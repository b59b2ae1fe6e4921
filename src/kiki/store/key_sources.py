"""Where a master key comes from: a file, a variable, the kernel's keyring, or a site's command.

Called by ``store.opening`` and ``store.ring``. A source is named by the setting ``master_key``;
what it holds is read when something sealed is first needed. Nothing here makes a key but the
state folder's own file on its first use, and no error says more of a value than that it is wrong.
"""

from pathlib import Path
from typing import Protocol

from kiki.model.errors import RecordError, UsageError
from kiki.settings.named import variable
from kiki.store.keys import MASTER, Keys, decoded, read_key
from kiki.store.master_keys import MasterKey

DEFAULT = "default"
"""What ``rotate --master-key`` calls the state folder's own key file."""


class Source(Protocol):
    """A named place with a master key in it. *name* is what the record and errors call it; it
    never tells a value."""

    name: str

    def read(self, wanted: str = "", *, create: bool = False) -> MasterKey:
        """The key. *wanted* is the id that the record names, for a source that may be between two
        keys. *create*: nothing is sealed yet, so a source of our own may make its first one."""
        ...


class OwnFile:
    """The state folder's own key file."""

    name = f"file:keys/{MASTER}"

    def __init__(self, keys: Keys) -> None:
        self.keys = keys

    def read(self, wanted: str = "", *, create: bool = False) -> MasterKey:
        """The key. Raises what ``Keys`` raises."""
        return MasterKey(self.name, self.keys.master(wanted, create=create))


class _Elsewhere:
    """A source that Kiki only reads."""

    def __init__(self, name: str, place: str) -> None:
        self.name = name
        self._place = place
        self._found: MasterKey | None = None

    def read(self, wanted: str = "", *, create: bool = False) -> MasterKey:
        """The key; asked for once, and again when it is not the wanted one. None is made here."""
        del create
        if self._found is None or wanted not in ("", self._found.id):
            self._found = MasterKey(self.name, self._key())
        return self._found

    def _key(self) -> bytes:
        found = self._text()
        if not found.strip():
            raise UsageError("store.master_key_missing", source=self.name)
        key = decoded(found)
        if not key:
            raise UsageError("store.master_key_invalid", source=self.name)
        return key

    def _text(self) -> bytes:
        raise NotImplementedError


class _File(_Elsewhere):
    """``file:/path``: a file that only its owner may read."""

    def _key(self) -> bytes:
        try:
            return read_key(Path(self._place).expanduser())
        except RecordError as error:
            if error.code != "store.key_missing":
                raise
            raise UsageError("store.master_key_missing", source=self.name) from None


class _Variable(_Elsewhere):
    """``env:NAME``: a variable of the environment."""

    def _text(self) -> bytes:
        return variable(self._place).encode()


class _Keyring(_Elsewhere):
    """``keyring:NAME``: a key of type *user* in the kernel's keyrings."""

    def _text(self) -> bytes:
        from kiki.store.kernel_keyring import read  # noqa: PLC0415 -- lazy: ctypes, rarely wanted

        return read(self._place, self.name)


class _Command(_Elsewhere):
    """``command:PROGRAM ARGUMENT...``: what a program prints. Only the program is named."""

    def __init__(self, name: str, place: str) -> None:
        super().__init__(f"command:{_words(place)[0]}", place)

    def _text(self) -> bytes:
        from kiki.store.key_commands import output  # noqa: PLC0415 -- lazy: subprocess, rarely wanted

        return output(_words(self._place), self.name)


_KINDS: dict[str, type[_Elsewhere]] = {
    "file": _File,
    "env": _Variable,
    "keyring": _Keyring,
    "command": _Command,
}


def source(setting: str, keys: Keys) -> Source:
    """The source that *setting* names; the state folder's own file when it is empty. UsageError
    ``store.master_key_unknown`` for what names none: it may be a key, so it is not repeated."""
    if setting in ("", DEFAULT):
        return OwnFile(keys)
    kind, _, place = setting.partition(":")
    if kind not in _KINDS or not _fits(kind, place):
        raise UsageError("store.master_key_unknown")
    if kind == "file" and keys.is_master(Path(place).expanduser()):
        return OwnFile(keys)
    return _KINDS[kind](setting, place)


def _fits(kind: str, place: str) -> bool:
    if kind == "file":
        return place.startswith(("/", "~/"))
    return bool(_words(place)) if kind == "command" else bool(place.strip())


def _words(place: str) -> list[str]:
    """The argument list: quotes as in a shell, and nothing else of one."""
    import shlex  # noqa: PLC0415 -- lazy: rarely wanted

    try:
        return shlex.split(place)
    except ValueError:
        return []
