"""The way through an HTTP proxy of the environment.

Called by ``engines.http`` and ``engines.connecting``. A proxy is ``http://[user:password@]host:port``
and is never named in an error, as its password may be in it.
"""

from base64 import b64encode
from urllib.parse import unquote, urlsplit

from kiki.model.errors import UsageError


def proxy_place(proxy: str) -> tuple[str, int]:
    """Host and port of a proxy; UsageError ``engine.bad_proxy``."""
    try:
        split = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        host, port = split.hostname, split.port
    except ValueError as error:
        raise UsageError("engine.bad_proxy") from error
    if split.scheme != "http" or not host:
        raise UsageError("engine.bad_proxy")
    return host, port or 80


def proxy_key(proxy: str) -> dict[str, str]:
    """The header for a proxy that wants a user and a password."""
    split = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if not split.username:
        return {}
    both = f"{unquote(split.username)}:{unquote(split.password or '')}"
    return {"Proxy-Authorization": "Basic " + b64encode(both.encode()).decode("ascii")}
