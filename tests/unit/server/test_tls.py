"""TLS by a certificate of one's own, which the client has to know."""

from pathlib import Path

import pytest

from kiki.client import HttpAgent
from kiki.model.errors import TemporaryError
from tests.unit.server.certificates import self_signed
from tests.unit.server.running import Running, serving


def test_tls(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cert, key = map(str, self_signed(tmp_path, "127.0.0.1"))
    with serving(running.server, cert, key) as url:
        assert url.startswith("https://")
        agent = HttpAgent(url, running.tokens["viewer"])
        with pytest.raises(TemporaryError, match=r"client\.(unreachable|cut)"):
            agent.describe()
        monkeypatch.setenv("SSL_CERT_FILE", cert)
        assert agent.describe()["version"]
