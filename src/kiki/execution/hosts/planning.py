"""Where ssh would connect for many hosts: it is asked once for all that its files treat alike.

Called by ``hosts.tools``. ``ssh -G`` takes some milliseconds a host, a minute for ten thousand. A
host is like others with the same words and user when no ``Host`` pattern of the files that ssh says
it read is about it; a file with ``Match``, a setting that repeats the host's name or one that looks
its name up make each of them one of its own.
"""

import concurrent.futures
import ipaddress
import re
import shlex
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from kiki.execution.hosts import ssh
from kiki.model.errors import UsageError
from kiki.model.hosts import Way

_STRANGER = "kiki-looks-for-nobody.invalid"
_READ = re.compile(r"^debug1: Reading configuration data (.+?)\r?$", re.MULTILINE)
_SECTION = re.compile(r"\s*(host|match)(?:\s*=\s*|\s+)(.*)", re.IGNORECASE)
_NAME = re.compile(r"(?=.*[a-z])[a-z0-9._-]+", re.IGNORECASE)
_OWN_NAME = ("host", "hostname")
_AT_ONCE = 8


class _Common(NamedTuple):
    """What ssh says of a host that none of its files names, and the *patterns* of those files."""

    said: dict[str, str]
    patterns: tuple[str, ...]

    def covers(self, address: str) -> bool:
        """Whether the host at *address* gets the same."""
        lower = address.lower()
        return _plain(address) and not any(fnmatchcase(lower, one) for one in self.patterns)


def plans(
    found: Sequence[Way], site: Path, told: Callable[[int, int], None]
) -> dict[str, ssh.Plan]:
    """The plan of each host by its name; *told* hears how many of how many were asked for alone.
    UsageError as ``ssh.settings``."""
    alike: dict[tuple[tuple[str, ...], str], _Common | None] = {}
    made: dict[str, ssh.Plan] = {}
    for way in found if len(found) > 1 else ():
        key = way.arguments, way.user
        if key not in alike:
            alike[key] = _common(way)
        common = alike[key]
        if common is not None and common.covers(way.address):
            said = common.said | {"hostname": way.address.lower(), "port": str(way.port)}
            made[way.host] = ssh.planned(way, said, site)
    left = [way for way in found if way.host not in made]
    with concurrent.futures.ThreadPoolExecutor(_AT_ONCE) as pool:
        for way, said in zip(left, pool.map(lambda way: ssh.settings(way).said, left), strict=True):
            made[way.host] = ssh.planned(way, said, site)
            told(len(made) - len(found) + len(left), len(left))
    return made


def _common(way: Way) -> _Common | None:
    """What ssh says of a stranger with the words and the user of *way*; None where that says
    nothing about others."""
    stranger = Way(host=way.host, address=_STRANGER, port=22, user=way.user,
                   arguments=way.arguments)  # fmt: skip
    try:
        asked = ssh.settings(stranger, telling=True)
    except UsageError:
        return None  # said of the host itself when that is asked
    files = _READ.findall(asked.log)
    patterns = _patterns(files)
    repeats = any(_STRANGER in value for name, value in asked.said.items() if name not in _OWN_NAME)
    named = asked.said.get("hostname") == _STRANGER
    canonical = asked.said.get("canonicalizehostname", "false") not in ("false", "no")
    if not files or patterns is None or repeats or not named or canonical:
        return None
    return _Common(asked.said, patterns)


def _patterns(files: Iterable[str]) -> tuple[str, ...] | None:
    """What the ``Host`` lines of *files* name, without ``*``; None where there is a ``Match`` or
    what can't be read."""
    found: dict[str, None] = {}
    for file in files:
        try:
            lines = Path(file).read_text("utf-8", "replace").splitlines()
            sections = [section for line in lines if (section := _SECTION.match(line))]
            words = [word for section in sections for word in shlex.split(section[2])]
        except (OSError, ValueError):
            return None
        if any(section[1].lower() == "match" for section in sections):
            return None
        found |= dict.fromkeys(_glob(word) for word in words if word != "*")
    return tuple(found)


def _glob(pattern: str) -> str:
    """A pattern of ssh, whose brackets are letters; what it excludes counts as named."""
    return pattern.lstrip("!").lower().replace("[", "[[]")


def _plain(address: str) -> bool:
    """Whether ssh takes *address* as it is: a name, or four numbers."""
    try:
        return str(ipaddress.IPv4Address(address)) == address
    except ValueError:
        return _NAME.fullmatch(address) is not None
