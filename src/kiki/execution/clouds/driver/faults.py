"""What goes wrong between here and a cloud, as codes.

Called by the other modules of this folder. The texts of a cloud's services are their own answer to
the person who asked and are handed on; those of openstacksdk are not, as they may quote what it was
given. Standard library only.
"""

import re
from typing import Any

_AUTH = 401
_FORBIDDEN = 403
_FAILING = 500
_URL = re.compile(r"https?://(?:[^@/\s]*@)?([^/\s:]+(?::\d+)?)")
_CUT = frozenset((
    "ConnectFailure", "UnknownConnectionError", "ConnectionError", "NewConnectionError",
    "DiscoveryFailure", "MaxRetryError", "ConnectionRefusedError", "NameResolutionError",
    "ProxyError", "RemoteDisconnected", "ProtocolError",
))  # fmt: skip
_REACH = (
    "Connection refused", "No route to host", "Network is unreachable",
    "Name or service not known", "Temporary failure in name resolution",
    "Connection reset by peer", "Remote end closed connection", "Failed to resolve",
)  # fmt: skip
_TLS = (
    "certificate has expired", "self-signed certificate", "self signed certificate",
    "unable to get local issuer certificate", "Hostname mismatch", "not yet valid",
    "wrong version number", "unknown ca",
)  # fmt: skip


class Fault(Exception):  # noqa: N818 -- it never leaves this process
    """A code with parameters, see messages/en/cloud.json."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def told(error: BaseException) -> dict[str, Any]:
    """The code of anything that openstacksdk or keystoneauth raised, by its class and what caused
    it."""
    chain = causes(error)
    names = {type(one).__name__ for one in chain}
    text = " ".join(str(one) for one in chain)
    where = place(text)
    if names & {"SSLFailure", "SSLError", "SSLCertVerificationError"}:
        return _code("certificate", reason=known(text, _TLS, "TLS"))
    if any("Timeout" in name for name in names) and "GatewayTimeout" not in names:
        return _code("timeout")
    if names & {"EndpointNotFound", "EmptyCatalog"}:
        return _code("no_heat")
    status = next((each for one in chain if (each := _status(one))), 0)
    if status:
        message = str(getattr(error, "message", "") or "").split("\n")[0]
        return refused(status, where, message)
    if names & _CUT:
        return _code("unreachable", where=where, reason=known(text, _REACH, "connection failed"))
    return _code("client_failed", reason=type(error).__name__)


def refused(status: int, where: str, message: str) -> dict[str, Any]:
    """The code of an answer of a service that is not what was asked for."""
    if status == _AUTH:
        return _code("denied")
    if status == _FORBIDDEN:
        return _code("forbidden", message=message)
    if status >= _FAILING:
        return _code("failing", where=where, status=str(status), message=message)
    return _code("refused", status=str(status), message=message)


def _code(what: str, **params: str) -> dict[str, Any]:
    return {"code": f"cloud.{what}", "params": params}


def _status(error: BaseException) -> int:
    found = (getattr(error, key, None) for key in ("http_status", "status_code"))
    return next((value for value in found if isinstance(value, int)), 0)


def causes(error: BaseException) -> list[BaseException]:
    """*error* and what it came from, outermost first."""
    found: list[BaseException] = []
    now: Any = error
    while isinstance(now, BaseException) and now not in found:
        found.append(now)
        now = getattr(now, "reason", None) or now.__cause__ or now.__context__
    return found


def place(text: str) -> str:
    """The host and port that *text* names; ``-`` when it names none."""
    found = _URL.search(text)
    return found.group(1) if found else "-"


def known(text: str, reasons: tuple[str, ...], otherwise: str) -> str:
    """The one of *reasons* that *text* has: the system's words, and nothing of a file's."""
    lowered = text.lower()
    return next((one for one in reasons if one.lower() in lowered), otherwise)
