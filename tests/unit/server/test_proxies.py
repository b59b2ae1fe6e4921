"""For whom a request is, behind a proxy and without one."""

import pytest

from kiki.model.errors import UsageError
from kiki.settings import load
from tests.unit.server.running import Running, serving


def address(running: Running, forwarded: str, proxies: tuple[str, ...]) -> str:
    """Where the server takes a request to come from."""
    with serving(running.server, proxies=proxies) as url:
        asked = running._replace(port=int(url.rpartition(":")[2]))
        assert asked.ask("GET", "/health", role="", X_Forwarded_For=forwarded).status == 200
    return str(running.logged[-1]["from"])


def test_only_a_proxy_that_is_trusted_is_believed(shared: Running) -> None:
    assert address(shared, "192.0.2.7", ()) == "127.0.0.1"
    assert address(shared, "192.0.2.7", ("10.0.0.0/8",)) == "127.0.0.1"
    assert address(shared, "192.0.2.7", ("127.0.0.1",)) == "192.0.2.7"
    # What the proxy was told itself is not what it saw.
    assert address(shared, "198.51.100.1, 192.0.2.7", ("127.0.0.0/8",)) == "192.0.2.7"


@pytest.mark.parametrize("wrong", ["*", "proxy.example", "10.0.0.1/8"])
def test_a_proxy_is_an_address(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"settings\.not_networks"):
        load({}, {"HOME": "/nonexistent", "KIKI_TRUSTED_PROXIES": wrong}, "/")
