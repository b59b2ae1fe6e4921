"""Encryption and proxies, over real sockets."""

import datetime
import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kiki.engines.address import Address
from kiki.engines.openai.engine import OpenAIEngine
from kiki.engines.port import Prompt
from kiki.model.errors import KikiError, PermanentError, TemporaryError, UsageError
from tests.unit.engines.serving import KEY, Api, listening, serving

PROMPT = Prompt(system="s", user="one word", schema={"enum": ["zq"]}, timeout_s=10.0)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(place, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    secret = key.private_bytes(
        encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    paths = (folder / "cert.pem", folder / "key.pem")
    for path, data in zip(paths, (made.public_bytes(encoding), secret), strict=True):
        path.write_bytes(data)
    return str(paths[0]), str(paths[1])


@pytest.fixture
def encrypted(certificate: tuple[str, str]) -> Iterator[Api]:
    with serving(Api(keeps=("response_format",)), certificate=certificate) as api:
        yield api


def asking(url: str, **more: Any) -> str:
    return OpenAIEngine(url, KEY, timeout_s=5.0, **more).complete(PROMPT).text.strip()


def failing(url: str, **more: Any) -> KikiError:
    with pytest.raises(KikiError) as raised:
        asking(url, **more)
    assert KEY not in str(raised.value)
    return raised.value


def test_an_authority_of_ones_own_is_named_in_a_variable(
    encrypted: Api, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = failing(encrypted.url)
    assert (type(error), error.code) == (PermanentError, "engine.tls")
    assert "self-signed" in str(error.params["problem"])
    assert not encrypted.headers  # no key was sent
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    assert asking(encrypted.url) == '"zq"'


def test_a_certificate_for_another_name_is_refused(
    encrypted: Api, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    error = failing(encrypted.url.replace("127.0.0.1", "localhost"))
    assert error.code == "engine.tls"
    assert "localhost" in str(error.params["problem"])


def test_encryption_with_a_server_that_has_none(tmp_path: Path) -> None:
    with serving(Api()) as plain:
        assert failing(plain.url.replace("http:", "https:")).code == "engine.tls"


def test_no_encryption_with_a_server_that_wants_it(encrypted: Api) -> None:
    error = failing(encrypted.url.replace("https:", "http:"))
    assert error.code in ("engine.unavailable", "engine.not_http")


# -- proxies --------------------------------------------------------------------------------------


class Proxy:
    """An HTTP proxy that notes what it is asked, and leads everything to *server*."""

    def __init__(self, server: int, answer: bytes) -> None:
        self.server, self.answer = server, answer
        self.heads: list[bytes] = []
        self.url = ""

    def talk(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            head += client.recv(65536)
        self.heads.append(head)
        if head.startswith(b"CONNECT"):
            client.sendall(self.answer)
            if b" 200 " not in self.answer:
                return
            head = b""
        with socket.create_connection(("127.0.0.1", self.server)) as server:
            server.sendall(head)
            back = threading.Thread(target=_copy, args=(server, client))
            back.start()
            _copy(client, server)
            back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


@contextmanager
def proxied(api: Api, answer: bytes = b"HTTP/1.1 200 Connected\r\n\r\n") -> Iterator[Proxy]:
    proxy = Proxy(int(api.url.rpartition(":")[2]), answer)

    def serve(client: socket.socket) -> None:
        with client:
            proxy.talk(client)

    with listening(serve) as port:
        proxy.url = f"http://kim:p%40ss@127.0.0.1:{port}"
        yield proxy


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loopback stands for a far network, which only a proxy reaches."""
    monkeypatch.setattr(Address, "loopback", False)


@pytest.mark.usefixtures("far")
def test_an_encrypted_server_is_reached_through_a_tunnel(
    encrypted: Api, certificate: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certificate[0])
    with proxied(encrypted) as proxy:
        assert asking(encrypted.url, proxies={"https": proxy.url}) == '"zq"'
    place = encrypted.url.removeprefix("https://")
    assert proxy.heads[0].startswith(f"CONNECT {place} HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic a2ltOnBAc3M=" in proxy.heads[0]
    assert not any(KEY.encode() in head for head in proxy.heads)


@pytest.mark.usefixtures("far")
def test_a_plain_server_is_asked_for_through_the_proxy() -> None:
    with serving(Api(keeps=("response_format",))) as api, proxied(api) as proxy:
        assert failing(api.url, proxies={"http": "http://127.0.0.1:9"}).code == "engine.unavailable"
        assert asking(api.url, proxies={"http": proxy.url}) == '"zq"'
    assert proxy.heads[0].startswith(f"GET {api.url}/v1/models HTTP/1.1\r\n".encode())
    assert b"Proxy-Authorization: Basic a2ltOnBAc3M=" in proxy.heads[-1]


@pytest.mark.usefixtures("far")
def test_a_proxy_that_does_not_lead_there_is_said(encrypted: Api) -> None:
    with proxied(encrypted, b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") as proxy:
        error = failing(encrypted.url, proxies={"https": proxy.url})
    assert (error.code, error.params["status"]) == ("engine.proxy", 407)
    assert "p%40ss" not in str(error)


@pytest.mark.usefixtures("far")
@pytest.mark.parametrize("proxy", ["socks5://host:1", "http://", "http://h:x", "https://h:1"])
def test_a_proxy_of_another_kind_is_refused(proxy: str) -> None:
    error = failing("https://llm.example.org", proxies={"https": proxy})
    assert (type(error), error.code) == (UsageError, "engine.bad_proxy")


def test_this_machine_is_asked_without_the_proxy() -> None:
    with serving(Api(keeps=("response_format",))) as api:
        assert asking(api.url, proxies={"http": "http://127.0.0.1:9"}) == '"zq"'


def test_every_place_of_a_name_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(Api(keeps=("response_format",))) as api:
        port = int(api.url.rpartition(":")[2])
        real = socket.getaddrinfo

        def several(*_: Any, **more: Any) -> list[Any]:
            return real("127.0.0.1", 9, **more) + real("127.0.0.1", port, **more)

        monkeypatch.setattr(socket, "getaddrinfo", several)
        assert asking(f"http://two-places:{port}") == '"zq"'


def test_a_limit_that_is_over_before_it_begins() -> None:
    with serving(Api()) as api, pytest.raises(TemporaryError) as raised:
        OpenAIEngine(api.url, timeout_s=1e-9).complete(PROMPT)
    assert raised.value.code == "engine.timeout"
    assert not api.paths
