"""Values that Ansible Vault encrypts: opened when an inventory is read, never written down.

Called by ``inventories``. The passwords are secrets of Kiki's, named by the setting
``vault_secrets``; they go to ``driver/listing.py`` through pipes, and what it opens comes back
marked. A marked value is a secret like any other: it is handed to each run through a pipe, and the
frozen inventory has a reference in its place. Nothing that decides where and as whom Kiki connects
may be one: people approve by it, and it is on record.
"""

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kiki.execution.pipes import NO_TEMPLATE, Pipe, Template
from kiki.execution.sources import Source
from kiki.model.errors import NotFoundError, UsageError

VALUE = "__kiki_vault"  # what driver/listing.py puts a decrypted value under,
FILE = "__kiki_vault_file"  # and a variable of a file that is encrypted as a whole
MARK = VALUE  # what both begin with
_DEFAULT = "default"  # the identity that Ansible gives to what names none
_EXPRESSION = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LEAST = 4  # characters: what is shorter would be found everywhere

# What Ansible needs to reach a host, and what Kiki shows, judges and records before it does.
_CONNECTING = frozenset(
    (
        *("ansible_host", "ansible_ssh_host", "ansible_port", "ansible_ssh_port", "ansible_user"),
        *("ansible_ssh_user", "ansible_connection", "ansible_connection_plugin", "ansible_become"),
        *("ansible_become_user", "ansible_become_method", "ansible_ssh_private_key_file"),
        *("ansible_private_key_file", "ansible_ssh_args", "ansible_ssh_common_args"),
        *("ansible_ssh_extra_args", "ansible_sftp_extra_args", "ansible_scp_extra_args"),
        *("ansible_ssh_executable", "ansible_python_interpreter", "ansible_host_key_checking"),
    )
)

Current = Callable[[str], str]
"""The newest value of a secret by its name; NotFoundError when there is none."""


class Vaults:
    """The passwords for Ansible Vault: *named* are ``NAME`` or ``IDENTITY=NAME`` of secrets."""

    def __init__(self, named: Sequence[str] = (), current: Current | None = None) -> None:
        pairs = (entry.rpartition("=") for entry in named)
        self._secrets = [(identity or _DEFAULT, name) for identity, _, name in pairs]
        self._current = current

    @property
    def named(self) -> str:
        """The secrets' names, for people."""
        return ", ".join(name for _, name in self._secrets)

    @contextlib.contextmanager
    def options(self, source: Source, scratch: Path) -> Iterator[list[str]]:
        """The options that hand over the passwords, for a *source* with anything to decrypt. The
        pipes are in *scratch*, and gone at the end. UsageError ``inventory.vault_secret``."""
        with contextlib.ExitStack() as held:
            words = []
            for number, (identity, name) in enumerate(self._secrets if source.vaulted else ()):
                pipe = Pipe(scratch / f"vault-{number}", self._value(name) + "\n")
                held.callback(pipe.close)
                words.append(f"--vault-id={identity}@{pipe.path}")
            yield words

    def _value(self, name: str) -> str:
        try:
            if self._current is not None:
                return self._current(name)
        except NotFoundError:
            pass
        raise UsageError("inventory.vault_secret", name=name)


def open_all(variables: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Take the marks off the values of *variables* (by host), in place: the values that were
    marked, by host and name. UsageError ``inventory.vault_connection``."""
    found: dict[str, dict[str, Any]] = {}
    for host, named in variables.items():
        for name, value in named.items():
            if not _marked(value):
                continue
            if name in _CONNECTING:
                raise UsageError("inventory.vault_connection", host=host, variable=name)
            named[name] = found.setdefault(host, {})[name] = _opened(value)
    return found


def leaves(value: Any) -> Iterator[str]:
    """The texts in *value* that are long enough to be looked for in what hosts say; of a template
    those around its expressions."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner)
    elif not isinstance(value, bool) and value is not None:
        texts = _EXPRESSION.split(value) if isinstance(value, Template) else [str(value)]
        yield from (text.strip() for text in texts if len(text.strip()) >= _LEAST)


def _marked(value: Any) -> bool:
    if isinstance(value, dict):
        return any(str(key).startswith(MARK) or _marked(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(_marked, value))


def _opened(value: Any) -> Any:
    """*value* without marks. As Ansible has it, what is encrypted by itself is no template, and
    what stands in a file may be one."""
    if isinstance(value, dict):
        if value.keys() == {VALUE}:
            return str(_opened(value[VALUE]))
        if value.keys() == {FILE}:
            return _opened(value[FILE])
        if value.keys() == {NO_TEMPLATE}:
            return str(value[NO_TEMPLATE])
        return {key: _opened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_opened(inner) for inner in value]
    return Template(value) if isinstance(value, str) else value
