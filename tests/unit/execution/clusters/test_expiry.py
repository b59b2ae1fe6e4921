"""Whether the certificate that logs in has ended: read from what openssl's format holds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiki.execution.clusters.driver import expiry


def certificate(until: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "n" * 60)])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1 << 150).not_valid_before(until - timedelta(days=9)).not_valid_after(until)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize(
    ("until", "told"),
    [
        (datetime(2024, 2, 3, 4, 5, 6, tzinfo=UTC), "2024-02-03T04:05:06Z"),
        (datetime(2049, 1, 1, tzinfo=UTC), ""),
        (datetime(2061, 1, 1, tzinfo=UTC), ""),  # written in another way since 2050
    ],
)
def test_the_end_of_the_first_one_is_told_when_it_is_over(
    tmp_path: Path, until: datetime, told: str
) -> None:
    path = tmp_path / "login.crt"
    authority = certificate(datetime(2020, 1, 1, tzinfo=UTC))
    path.write_bytes(certificate(until) + authority)
    assert expiry.ended(str(path)) == told


@pytest.mark.parametrize(
    "text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_tells_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "login.crt"
    path.write_text(text)
    assert expiry.ended(str(path)) == ""
    assert expiry.ended(None) == expiry.ended(str(tmp_path / "gone")) == ""
