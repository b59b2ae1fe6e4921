"""A cluster whose certificate has expired: said as that, and nothing of the kubeconfig with it."""

import re
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from kiki.execution.clusters.client import ClusterClient
from kiki.model.errors import TemporaryError
from kiki.model.request import ClusterSource
from tests.live.clients import python

pytestmark = pytest.mark.clouds


@pytest.fixture
def expired(tmp_path: Path) -> Iterator[Path]:
    """A kubeconfig of a server that was trusted until yesterday."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "old")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now - timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    certificate, secret = tmp_path / "ca.crt", tmp_path / "ca.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = tmp_path / "old.conf"
    path.write_text(
        "apiVersion: v1\nkind: Config\ncurrent-context: old\n"
        f"clusters: [{{name: old, cluster: {{server: 'https://127.0.0.1:{server.server_port}', "
        f"certificate-authority: {certificate}}}}}]\n"
        "users: [{name: kim, user: {token: Geheim-0815}}]\n"
        "contexts: [{name: old, context: {cluster: old, user: kim}}]\n"
    )
    yield path
    server.shutdown()
    server.server_close()


def test_an_expired_certificate_is_said(expired: Path) -> None:
    client = ClusterClient(lambda: python("kubernetes"), {})
    with pytest.raises(TemporaryError) as raised:
        client.identity(ClusterSource(kubeconfig=str(expired)))
    assert raised.value.code == "cluster.certificate"
    reason = raised.value.params["reason"]
    assert re.fullmatch(r"https://127\.0\.0\.1:\d+: certificate has expired", reason)
    assert "Geheim" not in str(raised.value.params)
