"""What goes wrong between here and a cluster, as codes.

Called by the other modules of this folder. The texts of an API server are its own answer to the
person who asked and are handed on; the texts of the client and of TLS are not, as they may quote a
kubeconfig. Standard library only.
"""

from typing import Any

_CUT = frozenset((
    "MaxRetryError", "NewConnectionError", "ConnectionError", "ProtocolError", "OSError",
    "NameResolutionError", "ConnectionRefusedError", "ProxyError",
))  # fmt: skip


class Fault(Exception):  # noqa: N818 -- it never leaves this process
    """A code with parameters, see messages/en/cluster.json."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def told(error: BaseException, server: str = "") -> dict[str, Any]:
    """The code of anything that the client or urllib3 raised, by its class and what caused it; of
    what was in the way to *server* also where that is."""
    chain = causes(error)
    names = {type(one).__name__ for one in chain}
    text = " ".join(str(one) for one in chain)
    at = f"{server}: " if server else ""
    if "SSLError" in names or "SSLCertVerificationError" in names:
        return {"code": "cluster.certificate", "params": {"reason": at + certificate(text)}}
    if any("Timeout" in name for name in names):
        return {"code": "cluster.timeout", "params": {}}
    if names & _CUT:
        return {"code": "cluster.unreachable", "params": {"reason": at + reach(text)}}
    if "ConfigException" in names:
        return {"code": "cluster.file_invalid", "params": {"reason": type(error).__name__}}
    return {"code": "cluster.client_failed", "params": {"reason": type(error).__name__}}


def causes(error: BaseException) -> list[BaseException]:
    """*error* and what it came from, outermost first. urllib3 keeps a cause in ``reason``."""
    found: list[BaseException] = []
    now: Any = error
    while isinstance(now, BaseException) and now not in found:
        found.append(now)
        now = getattr(now, "reason", None) or now.__cause__ or now.__context__
    return found


def certificate(text: str) -> str:
    """What is wrong with a certificate, in OpenSSL's words without anything of the kubeconfig."""
    known = ("certificate has expired", "certificate expired", "self-signed certificate",
             "unable to get local issuer certificate", "hostname mismatch",
             "IP address mismatch", "not yet valid", "certificate required", "bad certificate",
             "unknown ca", "wrong version number")  # fmt: skip
    lowered = text.lower().replace("_", " ")
    return next((one for one in known if one.lower() in lowered), "TLS")


def reach(text: str) -> str:
    """Why there is no connection, in the system's words."""
    known = ("Connection refused", "No route to host", "Network is unreachable",
             "Name or service not known", "Temporary failure in name resolution",
             "Connection reset by peer", "Remote end closed connection")  # fmt: skip
    return next((one for one in known if one in text), "connection failed")
