"""The address of a model's API, as people write it.

Called by ``engines.http`` and ``engines.openai``. ``host:8080``, ``http://host:8080/``,
``http://host:8080/v1`` and the full path of an endpoint all mean the same API.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import urlsplit

from kiki.model.errors import UsageError

_ENDPOINT = re.compile(r"/(chat/completions|completions|models)$")
_VERSIONED = re.compile(r"/v\d+[a-z0-9]*$")
_HOST = re.compile(r"[A-Za-z0-9._:-]+")


class Address(NamedTuple):
    """*api* is the path before ``/chat/completions``; *root* the one before the version."""

    host: str
    port: int
    secure: bool
    api: str

    @property
    def root(self) -> str:
        """The path of the server itself."""
        return _VERSIONED.sub("", self.api)

    @property
    def place(self) -> str:
        """Host and port."""
        return f"{self._bracketed}:{self.port}"

    @property
    def authority(self) -> str:
        """Host and port as in a Host header: without the port that goes without saying."""
        return self._bracketed if self.port == _default(self.secure) else self.place

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def url(self) -> str:
        """The address in full, as it is shown."""
        return f"{'https' if self.secure else 'http'}://{self.authority}{self.api}"

    @property
    def loopback(self) -> bool:
        """Whether it is on this machine."""
        if self.host.lower().rstrip(".") == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def address(url: str) -> Address:
    """The address that *url* means. UsageError ``engine.bad_url`` when it is none, or holds a user,
    a password, a query or a fragment."""
    text = url.strip()
    try:
        split = urlsplit(text if "://" in text else f"http://{text}")
        host, port = split.hostname or "", split.port
    except ValueError as error:
        raise UsageError("engine.bad_url", url=_shown(text)) from error
    extra = split.query or split.fragment or "@" in split.netloc
    if split.scheme not in ("http", "https") or not _HOST.fullmatch(host) or extra:
        raise UsageError("engine.bad_url", url=_shown(text))
    secure = split.scheme == "https"
    return Address(host, port or _default(secure), secure, _api(split.path))


def _api(path: str) -> str:
    path = _ENDPOINT.sub("", path.rstrip("/"))
    if not re.fullmatch(r"[!-~]*", path):
        raise UsageError("engine.bad_url", url=path)
    return path if _VERSIONED.search(path) else path + "/v1"


def _default(secure: bool) -> int:
    return 443 if secure else 80


def _shown(url: str) -> str:
    """*url* without what could be a password or a key."""
    url = re.split("[?#]", url, maxsplit=1)[0]
    head, at, tail = url.rpartition("@")
    scheme, mark, _ = head.rpartition("://")
    return f"{scheme}{mark}***@{tail}" if at else url


def proxy_for(wanted: Address, proxies: Mapping[str, str]) -> str:
    """The proxy that leads to *wanted*, empty when there is none or it must not be used: never to
    this machine. *proxies* has ``http``, ``https`` and ``no`` as the environment has them."""
    if wanted.loopback or _excepted(wanted, proxies.get("no", "")):
        return ""
    return proxies.get("https" if wanted.secure else "http", "")


def _excepted(wanted: Address, exceptions: str) -> bool:
    """NO_PROXY: names, domains with or without a dot before them, ``host:port`` and ``*``."""
    for name in (part.strip().lower() for part in exceptions.split(",")):
        host, _, port = name.partition(":") if name.count(":") == 1 else (name, "", "")
        if not host or (port and port != str(wanted.port)):
            continue
        bare = host.removeprefix("*").removeprefix(".")
        if not bare or wanted.host.lower() == bare or wanted.host.lower().endswith("." + bare):
            return True
    return False
