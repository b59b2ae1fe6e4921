"""The port that the hosts are reached on stays open.

Closing it would lock everybody out, Kiki included; it is refused, as a number, a name or a range.
"""

import re

from kiki.model.finding import Finding
from kiki.model.intent import Operation
from kiki.policy.case import Case, Concern, Opinion
from kiki.policy.fields import noun, on_hosts, plain, texts, verb

_NAMES = {"ssh": 22, "openssh": 22}
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_RANGE = re.compile(r"(\d+)\s*[-:~]\s*(\d+)")


def judge(case: Case) -> tuple[Opinion, ...]:
    """Opinions on every firewall port that an operation closes."""
    return tuple(
        _opinion(operation, port)
        for operation in on_hosts(case.intent)
        if noun(operation) == "firewall" and verb(operation) != "open"
        for listed in texts(operation, "ports", "port", "services", "service")
        for port in listed.split(",")
        if _covers(port, case.ssh_ports)
    )


def _covers(text: str, ports: tuple[int, ...]) -> bool:
    """Whether *text* (``22``, ``22/tcp``, ``20-25``, ``ssh``) covers any of *ports* over TCP."""
    number, _, protocol = plain(text).partition("/")
    if protocol.strip() not in ("", "tcp", "any", "all"):
        return False
    low, high = _bounds(number.strip())
    return any(low <= port <= high for port in ports)


def _bounds(number: str) -> tuple[int, int]:
    """First and last port. ValueError for what is no port: the rule then fails, and denies."""
    if number in _NAMES:
        return _NAMES[number], _NAMES[number]
    span = _RANGE.fullmatch(number)
    if span:
        return int(span[1]), int(span[2])
    return (0, -1) if _NAME.fullmatch(number) else (int(number), int(number))


def _opinion(operation: Operation, port: str) -> Opinion:
    params = {"kind": operation.kind, "port": port}
    if verb(operation) == "close":
        return Finding(code="policy.firewall_ssh", severity="error", params=params)
    return Concern(code="policy.firewall_ssh", risk="high", params=params)
