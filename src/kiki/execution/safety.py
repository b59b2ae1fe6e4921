"""What an inventory may not do: run programs on the machine that Kiki runs on.

Called by ``inventories``, ``runner``, ``recorded`` and ``service``. A change acts on hosts over the
network, under approval; variables of an inventory could instead start commands here, as Kiki's own
user. Hosts that Ansible would handle on this machine are refused unless the executor allows it. In
an inventory that was sent (not a file of this machine) ssh options that run programs, lookups, and
templates that could hide either are refused too. Nowhere may the check of host keys be switched
off, and ``--extra-vars`` may not lead a change to other hosts than the inventory says.
"""

import re
import shlex
from typing import Any

from kiki.execution import hostkeys
from kiki.model.errors import UsageError
from kiki.model.request import Scope

_REMOTE = frozenset(
    {
        "ssh",
        "smart",
        "paramiko",
        "paramiko_ssh",
        "winrm",
        "psrp",
        "network_cli",
        "httpapi",
        "netconf",
    }
)
_ADDRESSES = ("ansible_host", "ansible_ssh_host")
_CONNECTIONS = ("ansible_connection", "ansible_connection_plugin")
_SSH_ARGUMENTS = (
    "ansible_ssh_args", "ansible_ssh_common_args", "ansible_ssh_extra_args",
    "ansible_sftp_extra_args", "ansible_scp_extra_args", "ansible_paramiko_proxy_command",
)  # fmt: skip
_PROGRAMS = ("ansible_ssh_executable", "ansible_sftp_executable", "ansible_scp_executable")
# In --extra-vars these would win over what the inventory, and with it the record, says.
_REDIRECTING = frozenset(
    {*_ADDRESSES, *_CONNECTIONS, *_SSH_ARGUMENTS, "ansible_port", "ansible_ssh_port"}
)
# Kiki's own variables decide what is kept and done: one given here would win over a task's result.
_OWN = "kiki_"
# ssh_config(5): options that start a program or load code on this side, or read more options.
_RUNNING = frozenset(
    {
        "proxycommand", "localcommand", "permitlocalcommand", "knownhostscommand", "include",
        "pkcs11provider", "securitykeyprovider", "xauthlocation", "match", "proxyusefdpass",
    }
)  # fmt: skip
_FLAGS = frozenset({"-F", "-I", "-E", "-S", "-L", "-R", "-D", "-w", "-W"})
_HARMLESS_PROXY = re.compile(r"ssh(?: [\w@.:%/=~\[\] -]+)? -W \[?%h\]?:%p(?: [\w@.:%/=~\[\] -]+)?")
_LOOKUP = re.compile(r"\{[{%].*\b(lookup|query|q)\s*\(", re.DOTALL)
_KNOWN = re.compile(r"\{\{ *(kiki_secret_\w+|inventory_hostname(_short)?) *\}\}[\w.-]*")
_TEMPLATE = re.compile(r"\{[{%]")
_PASSWORD = re.compile(r"ansible_(\w+_)?(pass|password|passphrase)")
# A password's variable and its value in INI, YAML, JSON or TOML, also one on the next line.
_WRITTEN = re.compile(
    rf"""(?<!\w)(?P<name>{_PASSWORD.pattern})["']?[ \t]*[=:][ \t]*(?:\r?\n[ \t]+)?"""
    r"""(?:"(?P<double>[^"\n]*)"|'(?P<single>[^'\n]*)'|(?P<bare>\{\{[^\n]*?\}\}|[^\s"',}]\S*))"""
)
_NOT_DECRYPTED = ("!vault", "$ANSIBLE_VAULT;")  # what Ansible takes for a plain text in INI
_ENCRYPTED = ("!vault", "__ansible_vault")  # refused later, and no secret by itself


class Guard:
    """Judges variables. *trusted* ones come from a file of this machine."""

    def __init__(self, *, trusted: bool, local_connections: bool) -> None:
        self._trusted = trusted
        self._local = local_connections

    def check_host(self, host: str, variables: dict[str, Any]) -> None:
        """UsageError when a host's name or variables are not to be used."""
        addresses = [str(variables.get(name, "")) for name in _ADDRESSES]
        for name in (host, *addresses):
            if name.startswith("-"):  # ssh would take it for an option
                raise UsageError("inventory.host_invalid", host=name)
        if any(char.isspace() for char in host):
            raise UsageError("inventory.host_invalid", host=host)
        self._check(host, variables, trusted=self._trusted)

    def check_extra_vars(self, variables: dict[str, Any]) -> None:
        """The same for ``--extra-vars``, which always come from the request."""
        self._check("--extra-vars", variables, trusted=False)
        for name in variables:
            if name in _REDIRECTING:
                raise UsageError("inventory.extra_var_redirects", variable=name)
            if name.startswith(_OWN):
                raise UsageError("inventory.extra_var_own", variable=name)
        refuse_password_vars(variables)

    def _check(self, host: str, variables: dict[str, Any], *, trusted: bool) -> None:
        for name, value in variables.items():
            self._check_connection(host, name, value)
            if hostkeys.unchecked(name, value, variables, _SSH_ARGUMENTS):
                raise UsageError("inventory.host_key_unchecked", host=host, variable=name)
            if isinstance(value, str) and value.startswith(_NOT_DECRYPTED):
                raise UsageError("inventory.vault_ini", host=host, variable=name)
            if _vaulted(value):
                raise UsageError("inventory.vault", path=f"{host}: {name}")
            if not trusted and (_runs(name, value) or _hides(name, value) or _looks_up(value)):
                raise UsageError("inventory.local_command", host=host, variable=name)

    def _check_connection(self, host: str, name: str, value: Any) -> None:
        if name not in _CONNECTIONS or self._local:
            return
        plugin = str(value).rpartition(".")[2]
        if plugin not in _REMOTE:
            raise UsageError("inventory.local_connection", host=host, connection=str(value))


def refuse_passwords(scope: Scope) -> None:
    """UsageError ``inventory.password`` or ``inventory.password_var`` when what was sent has one.

    To be called before a request is stored. Reads the text as it is written, comments included,
    as all of it would be kept; ``Guard`` judges later what Ansible makes of it.
    """
    refuse_password_vars(scope.extra_vars)
    given = scope.inventory
    if given is None or given.form not in ("file", "inline"):
        return
    for found in _WRITTEN.finditer(given.text):
        value = found["double"] or found["single"] or found["bare"] or ""
        if is_password(found["name"], value) and not any(word in value for word in _ENCRYPTED):
            line = given.text.count("\n", 0, found.start()) + 1
            path = f"{given.origin or '--inventory'}:{line}"
            raise UsageError("inventory.password", path=path, variable=found["name"])


def refuse_password_vars(variables: dict[str, Any]) -> None:
    """UsageError ``inventory.password_var`` when ``--extra-vars`` has a password."""
    for name, value in variables.items():
        if is_password(name, value):
            raise UsageError("inventory.password_var", variable=name)


def is_password(name: str, value: Any) -> bool:
    """Whether a variable holds a password itself, not a template that refers to one."""
    return bool(_PASSWORD.fullmatch(name)) and not _TEMPLATE.search(str(value)) and str(value) != ""


def _runs(name: str, value: Any) -> bool:
    """Whether an ssh variable would start a program on this machine."""
    if name in _PROGRAMS:
        return True
    if name not in _SSH_ARGUMENTS:
        return False
    try:
        words = shlex.split(str(value))
    except ValueError:
        return True
    return name == "ansible_paramiko_proxy_command" or _risky(words)


def _hides(name: str, value: Any) -> bool:
    """Whether a template stands where its value, which nobody has judged, decides how Ansible
    connects. Templates that only name the host or a secret are known."""
    text = str(value)
    connects = name.startswith("ansible_") and bool(_TEMPLATE.search(text))
    return connects and not _KNOWN.fullmatch(text)


def _risky(words: list[str]) -> bool:
    return any(option in _FLAGS or _option_runs(option) for option in _spread(words))


def _spread(words: list[str]) -> list[str]:
    """``-oX`` as ``X``, ``-o X`` as ``X``, ``-Ffile`` as ``-F``; plain words as they are."""
    spread: list[str] = []
    for word in words:
        if word.startswith("-o"):
            spread.append(word[2:])
        elif word.startswith("-") and not word.startswith("--"):
            spread.append(word[:2])
        else:
            spread.append(word)
    return spread


def _option_runs(option: str) -> bool:
    name, _, value = option.replace("=", " ", 1).strip().partition(" ")
    if name.lower() not in _RUNNING:
        return False
    return name.lower() != "proxycommand" or not _only_forwards(value.strip().strip('"'))


def _only_forwards(command: str) -> bool:
    """Whether a ProxyCommand is ``ssh -W %h:%p`` through a bastion, and nothing else."""
    if not _HARMLESS_PROXY.fullmatch(command):
        return False
    return not _risky([word for word in command.split() if word != "-W"])


def _looks_up(value: Any) -> bool:
    if isinstance(value, str):
        return bool(_LOOKUP.search(value))
    if isinstance(value, dict):
        return any(_looks_up(item) for item in value.values())
    return isinstance(value, list) and any(_looks_up(item) for item in value)


def _vaulted(value: Any) -> bool:
    if isinstance(value, dict):
        return "__ansible_vault" in value or any(_vaulted(item) for item in value.values())
    return isinstance(value, list) and any(_vaulted(item) for item in value)
