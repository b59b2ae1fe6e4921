"""Flags, environment, files and defaults become one ``Settings``.

Called by the CLI once a process. Reads files and nothing else; raises UsageError
``settings.<what>`` with the place of the mistake. Precedence, first wins: flag, environment,
``$XDG_CONFIG_HOME/kiki/config.toml``, ``/etc/kiki/config.toml``, default.
"""

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from kiki.model.errors import UsageError
from kiki.model.kube_versions import KNOWN, minor
from kiki.model.profile import Profile
from kiki.settings import ambient
from kiki.settings.values import ENGINES, KEYS, Key, Origin, Settings

SYSTEM_FILE = "/etc/kiki/config.toml"
SITE_FILE = "kiki-site.toml"
_MASTER_KEYS = ("file:", "env:", "keyring:", "command:")
_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


class _Found(NamedTuple):
    value: Any
    origin: Origin


def load(flags: Mapping[str, str], environ: Mapping[str, str], cwd: str) -> Settings:
    """The settings of this process. *flags* maps keys to what the command line gave."""
    files = [_config(path) for path in config_files(environ)]
    found = {key.name: _find(key, flags, environ, files) for key in KEYS}
    if not found["state_dir"].value:
        found["state_dir"] = _Found(_default_state_dir(environ), Origin(where="default"))
    values = {name: found[name].value for name in found}
    origins = {name: found[name].origin for name in found}
    values["state_dir"] = os.path.join(cwd, values["state_dir"])  # noqa: PTH118 -- start-up time
    profile, origins["profile"] = _profile(values["site_profile"], cwd)
    surroundings: dict[str, Any] = {
        "config_file": config_files(environ)[0],
        "locale": ambient.language(environ),
        "plain": ambient.plain(environ),
        "browser": ambient.browser(environ),
        "proxies": ambient.proxies(environ),
        "openstack": ambient.openstack(environ),
    }
    return Settings(**values, **surroundings, profile=profile, origins=origins)


def config_files(environ: Mapping[str, str]) -> tuple[str, str]:
    """The user's and the system's configuration file, whether they exist or not."""
    base = environ.get("XDG_CONFIG_HOME") or f"{home(environ)}/.config"
    return f"{base}/kiki/config.toml", SYSTEM_FILE


def home(environ: Mapping[str, str]) -> str:
    """The user's home folder: HOME, else what the user database says."""
    return environ.get("HOME") or os.path.expanduser("~")  # noqa: PTH111 -- start-up time


def _default_state_dir(environ: Mapping[str, str]) -> str:
    base = environ.get("XDG_STATE_HOME") or f"{home(environ)}/.local/state"
    return f"{base}/kiki"


def _config(path: str) -> dict[str, _Found]:
    if not os.path.exists(path):  # noqa: PTH110 -- start-up time
        return {}
    from kiki.settings import files  # noqa: PLC0415 -- lazy: tomllib only when there is a file

    names = tuple(key.name for key in KEYS)
    read = files.read(path, names)
    return {name: _Found(value, files.origin(path, name)) for name, value in read.items()}


def _find(
    key: Key,
    flags: Mapping[str, str],
    environ: Mapping[str, str],
    files: list[dict[str, _Found]],
) -> _Found:
    if flags.get(key.name):
        flag = "--" + key.name.replace("_", "-")
        return _typed(key, _Found(flags[key.name], Origin(where="flag", detail=flag)))
    for name in key.variables:
        if environ.get(name):
            return _typed(key, _Found(environ[name], Origin(where="environment", detail=name)))
    for file in files:
        if key.name in file:
            return _typed(key, file[key.name])
    return _Found(key.default, Origin(where="default"))


def _typed(key: Key, found: _Found) -> _Found:
    value = found.value
    if found.origin.where != "file":
        value = _from_text(key, value)
    wrong = _complaint(key, value)
    if wrong:
        raise UsageError(
            f"settings.{wrong}",
            key=key.name,
            value=str(found.value) if key.shown and wrong != "not_master_key" else "***",
            where=found.origin.detail,
            choices=", ".join(key.choices),
        )
    return found._replace(value=tuple(value) if isinstance(value, list) else value)


def _from_text(key: Key, text: str) -> Any:
    if isinstance(key.default, bool):
        return _BOOLEANS.get(text.lower(), text)
    if isinstance(key.default, int) and text.isdecimal():
        return int(text)
    if isinstance(key.default, tuple):
        return [item.strip() for item in text.split(",") if item.strip()]
    return text


def _complaint(key: Key, value: Any) -> str:
    if isinstance(key.default, bool):
        return "" if isinstance(value, bool) else "not_boolean"
    if isinstance(key.default, int):
        fine = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if key.name in ("forks", "timeout_s", "model_timeout_s"):
            fine = fine and value > 0
        return "" if fine else "not_number"
    if isinstance(key.default, tuple):
        texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
        if texts and key.name == "freeze_windows":
            return "" if all(map(_is_window, value)) else "not_window"
        if texts and key.name == "projects":
            return "" if all(map(_is_project, value)) else "not_projects"
        if texts and key.name == "trusted_proxies":
            return "" if all(map(_is_network, value)) else "not_networks"
        return "" if texts else "not_list"
    if not isinstance(value, str):
        return "not_text"
    if key.name == "engine" and value not in ENGINES and not value.startswith("scripted:"):
        return "not_engine"
    if key.name == "master_key" and value and not value.startswith(_MASTER_KEYS):
        return "not_master_key"
    return "not_choice" if key.choices and value not in key.choices else ""


def _is_window(line: str) -> bool:
    from kiki.model.windows import window  # noqa: PLC0415 -- lazy: few sites have windows

    try:
        window(line)
    except ValueError:
        return False
    return True


def _is_project(name: str) -> bool:
    from kiki.model.people import is_project  # noqa: PLC0415 -- lazy: few sites have projects

    return is_project(name)


def _is_network(text: str) -> bool:
    import ipaddress  # noqa: PLC0415 -- lazy: few servers have a proxy

    try:
        ipaddress.ip_network(text)
    except ValueError:
        return False
    return True


def _profile(named: str, cwd: str) -> tuple[Profile, Origin]:
    path = os.path.join(cwd, named or SITE_FILE)  # noqa: PTH118 -- start-up time
    if not os.path.exists(path):  # noqa: PTH110 -- start-up time
        if named:
            raise UsageError("settings.profile_missing", path=path)
        return Profile(), Origin(where="default")
    from kiki.settings import files  # noqa: PLC0415 -- lazy: tomllib only when there is a file

    read = files.read(path, Profile.__struct_fields__)
    try:
        profile = msgspec.convert(read, Profile)
    except msgspec.ValidationError as error:
        where = str(error).rpartition("$.")[2].rstrip("`")
        raise UsageError("settings.profile_invalid", path=path, key=where) from error
    if profile.kube_version and not minor(profile.kube_version):
        known = ", ".join(KNOWN)
        raise UsageError(
            "settings.kube_version", path=path, value=profile.kube_version, known=known
        )
    return profile, Origin(where="file", detail=path)
