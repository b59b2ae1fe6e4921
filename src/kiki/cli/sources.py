"""What flags point at: inventories, variables, keys, messages on stdin.

Called by ``cli.requests``. Raises UsageError with the flag and what is wrong with its value;
never guesses what a word may have meant.
"""

import os
import re
import shlex
from typing import Any

import msgspec

from kiki.model.errors import UsageError
from kiki.model.request import CloudSource, ClusterSource, InventorySource
from kiki.settings import Settings

# kube-worker[1:5], web[01:20:2], db-[a:f]: Ansible's ranges
_RANGE = re.compile(r"[^\s\[\],]*\[\w+:\w+(:\d+)?\][^\s\[\],]*")
_DEPTH = 200  # of values, as in YAML that is read
_TOO_DEEP = "nested too deeply"


def inventory(text: str, *, remote: bool) -> InventorySource:
    """The inventory that ``--inventory`` names, in one of its four forms.

    *remote* says that a path is on the server. UsageError ``inventory.unreadable`` for a word
    that is neither an existing file nor a list of hosts.
    """
    if text.startswith("@"):
        return sent_file(text[1:])
    if "\n" in text or re.match(r"\s*\[[^\[\]:]+(:\w+)?\]", text):
        return InventorySource(form="inline", text=text)
    if not remote and os.path.exists(text):  # noqa: PTH110 -- start-up time
        return InventorySource(form="path", text=os.path.abspath(text), origin=text)  # noqa: PTH100
    if "," in text or _RANGE.fullmatch(text):
        return InventorySource(form="hosts", text=text)
    if remote and text.strip():
        return InventorySource(form="path", text=text, origin=text)
    raise UsageError("inventory.unreadable", path=text or '""', why="no such file")


def sent_file(path: str) -> InventorySource:
    """The contents of the file at *path*, to be sent along."""
    return InventorySource(form="file", text=_text(path, "inventory.unreadable"), origin=path)


def cluster(
    context: str, kubeconfig: str, settings: Settings, *, remote: bool
) -> ClusterSource | None:
    """The cluster that the flags or the settings mean; None where nothing names any. A path of this
    machine is made absolute; *remote* says that it is on the server, as what the settings say here
    is not."""
    if remote:
        if not context and not kubeconfig:
            return None
        return ClusterSource(kubeconfig=kubeconfig, context=context, named=True)
    chosen = context or settings.kube_context
    named = bool(chosen or kubeconfig)
    files = kubeconfig or settings.kubeconfig
    if not files and not named:
        return None
    paths = [os.path.abspath(os.path.expanduser(one)) for one in files.split(os.pathsep) if one]  # noqa: PTH100, PTH111 -- start-up time
    return ClusterSource(kubeconfig=os.pathsep.join(paths), context=chosen, named=named)


def cloud(
    name: str, file: str, region: str, settings: Settings, *, remote: bool
) -> CloudSource | None:
    """The OpenStack cloud that the flags or the settings mean; None where nobody names one:
    ``OS_CLOUD`` may be left over in a shell. The file is where openstacksdk would look, found now,
    as an apply may be begun in another folder; *remote* says that it is on the server."""
    if remote:
        return CloudSource(file=file, name=name, region=region, named=True) if name else None
    chosen = name or ("" if settings.origins["cloud"].detail == "OS_CLOUD" else settings.cloud)
    if not chosen:
        if file or region:
            raise UsageError("cloud.not_named")
        return None
    found = file or settings.openstack.get("OS_CLIENT_CONFIG_FILE") or _clouds_file(settings)
    whole = os.path.abspath(os.path.expanduser(found)) if found else ""  # noqa: PTH100, PTH111 -- start-up time
    return CloudSource(file=whole, name=chosen, region=region, named=True)


def _clouds_file(settings: Settings) -> str:
    """The first ``clouds.yaml`` of those that openstacksdk reads; empty for none."""
    config = os.path.dirname(os.path.dirname(settings.config_file))  # noqa: PTH120 -- start-up time
    folders = (os.curdir, f"{config}/openstack", "/etc/openstack")
    every = (f"{one}/clouds.{ending}" for one in folders for ending in ("yaml", "yml", "json"))
    return next((path for path in every if os.path.isfile(path)), "")  # noqa: PTH113 -- as above


def extra_vars(values: list[str]) -> dict[str, Any]:
    """``--extra-vars``, JSON, ``key=value ...`` or ``@file`` (JSON or YAML); later ones win."""
    merged: dict[str, Any] = {}
    for value in values:
        merged |= _variables(value)
    return merged


def fields_file(path: str) -> str:
    """The mapping in the YAML or JSON file at *path*, as JSON. UsageError ``cli.file_unreadable``,
    ``cli.fields_file``."""
    fields = _mapping(_text(path, "cli.file_unreadable"), path, "cli.fields_file")
    if _deeper(fields, _DEPTH):
        raise UsageError("cli.fields_file", place=path)
    try:
        return msgspec.json.encode(fields).decode()
    except (TypeError, ValueError, OverflowError) as error:  # keys and numbers that JSON has not
        raise UsageError("cli.fields_file", place=path) from error


def _variables(value: str) -> dict[str, Any]:
    if value.startswith("@"):
        return _variables_file(value[1:])
    if value.lstrip().startswith("{"):
        return _json_object(value, "--extra-vars")
    try:
        words = shlex.split(value)
    except ValueError as error:
        raise UsageError("cli.extra_vars", value=_masked(value)) from error
    pairs = [word.partition("=") for word in words]
    if not pairs or not all(key and equals for key, equals, _ in pairs):
        raise UsageError("cli.extra_vars", value=_masked(value))
    return {key: text for key, _, text in pairs}


def _masked(value: str) -> str:
    from kiki.understand.secrets import masked  # noqa: PLC0415 -- lazy: only after a mistake

    return masked(value)


def _json_object(text: str, where: str) -> dict[str, Any]:
    try:
        read = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError) as error:
        problem = _TOO_DEEP if isinstance(error, RecursionError) else str(error)
        raise UsageError("cli.extra_vars_json", where=where, problem=problem) from error
    if _deeper(read, _DEPTH):
        raise UsageError("cli.extra_vars_json", where=where, problem=_TOO_DEEP)
    return read


def _deeper(value: Any, levels: int) -> bool:
    """Whether *value* has more than *levels* of lists and objects in each other."""
    if not isinstance(value, dict | list):
        return False
    inside = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper(one, levels - 1) for one in inside)


def _variables_file(path: str) -> dict[str, Any]:
    text = _text(path, "cli.file_unreadable")
    if text.lstrip().startswith("{"):
        return _json_object(text, path)
    return _mapping(text, path, "cli.extra_vars_file")


def _mapping(text: str, path: str, code: str) -> dict[str, Any]:
    """The one mapping in the YAML *text* of *path*; UsageError *code* with the place."""
    from kiki.documents.read import read_yaml  # noqa: PLC0415 -- lazy: PyYAML, for files only

    parsed = read_yaml(text, path)
    errors = [finding for finding in parsed.findings if finding.severity == "error"]
    if errors:
        raise UsageError(code, place=f"{path}:{errors[0].line}")
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0], dict):
        raise UsageError(code, place=path)
    return parsed.documents[0]


def _text(path: str, code: str) -> str:
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:  # noqa: PTH111, PTH123
            return file.read()
    except UnicodeDecodeError as error:
        raise UsageError(code, path=path, why="not UTF-8 text") from error
    except OSError as error:
        raise UsageError(code, path=path, why=error.strerror or str(error)) from error


def key_path(path: str, *, remote: bool) -> str:
    """``--ssh-key`` as the run will find it; on a server it is the server's own path."""
    if remote or not path:
        return path
    whole = os.path.abspath(os.path.expanduser(path))  # noqa: PTH100, PTH111 -- start-up time
    if not os.path.isfile(whole):  # noqa: PTH113 -- as above
        raise UsageError("cli.ssh_key", path=path)
    return whole
