"""Certificates of authorities that a host trusts: files of our own, and the bundle made of them.

Called by the operations on authorities. Debian and RedHat each have a folder for them and a program
that puts them into the bundle. Facts: ``path:<file>``.
"""

from typing import Any

from msgspec.structs import replace

from kiki.model.plan import Verb
from kiki.targets.ansible.files import bringers
from kiki.targets.ansible.kept import copy_of
from kiki.targets.ansible.names import Family
from kiki.targets.ansible.tasks import FOUND, PROBE, Before, Found, Reverse, Task, Was

PLACES: dict[Family, tuple[str, str]] = {
    "RedHat": ("/etc/pki/ca-trust/source/anchors", "pem"),
    "Debian": ("/usr/local/share/ca-certificates", "crt"),
}
_BUNDLES: dict[Family, str] = {
    "RedHat": "/etc/pki/tls/certs/ca-bundle.crt",
    "Debian": "/etc/ssl/certs/ca-certificates.crt",
}
_PROGRAMS: dict[Family, list[str]] = {
    "RedHat": ["update-ca-trust", "extract"],
    "Debian": ["update-ca-certificates"],
}


def path_of(name: str, family: Family) -> str:
    """The file of the authority *name*."""
    folder, ending = PLACES[family]
    return f"{folder}/{name}.{ending}"


def name_of(name: str, source: str) -> str:
    """*name*, or that of the file at *source* without its ending."""
    stem = source.split("?")[0].rstrip("/").rpartition("/")[2]
    stem = stem.rpartition(".")[0] or stem
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in stem)
    return name or plain.strip("-")[:100] or "authority"


def bringing_back(before: Before, path: str) -> Before:
    """*before* of ``kept``, with what was there as ``ca_trust`` takes it: the copy that is kept."""

    def read(found: tuple[Found, ...]) -> Was:
        was = before.read(found)
        kept = str(was.values.get("kept", ""))
        values = {"source": copy_of(path, kept), "checksum": f"sha256:{kept}"}
        return replace(was, values=values if kept else {})

    return replace(before, read=read)


def back_again(name: str, *only: Verb) -> Reverse:
    """The way back to what was there."""
    return Reverse(
        kind="exact",
        operation="ca_trust",
        fields={"name": name},
        only=only,
        before=("source", "checksum"),
    )


def refresh(name: str, family: Family, *, fresh: bool = False) -> Task:
    """What the host trusts is put together again after the file of *name* changed. Without *fresh*
    Debian leaves links to what is gone."""
    argv = [*_PROGRAMS[family], *(["--fresh"] if fresh and family == "Debian" else [])]
    return Task(
        name=f"Put together what the host trusts after {name} changed ({family})",
        module="ansible.builtin.command",
        args={"argv": argv, "removes": PLACES[family][0]},
        verb="run",
        family=family,
        acts=True,
        follows=(f"path:{path_of(name, family)}",),
    )


def is_trusted(name: str, family: Family) -> Task:
    """openssl says that the certificate is valid by the host's bundle."""
    path = path_of(name, family)
    asked = ["openssl", "verify", "-partial_chain", "-CAfile", _BUNDLES[family], path]
    return Task(
        name=f"{PROBE}the host trusts {name} ({family})",
        module="ansible.builtin.command",
        args={"argv": asked},
        verb="none",
        family=family,
        probe=True,
        needs=(f"path:{path}",),
        root=False,
    )


def certificate_checks(source: str, checksum: str) -> tuple[Task, ...]:
    """Tasks that stop the play unless the file at *source* is one certificate, holds no private
    key and has the *checksum*, if one is said."""
    wanted = checksum.partition(":")[2]
    content = f"({FOUND}.content | default('') | b64decode)"
    tests = [
        f"{content}.split('-----BEGIN CERTIFICATE-----') | length == 2",
        f"'PRIVATE KEY-----' not in {content}",
        *([f"({content} | hash('sha256'))[:32] == '{wanted[:32]}'"] if wanted else []),
    ]
    sum_ = " of the sum that was said" if wanted else ""
    fail = f"{source} is not one certificate in PEM form{sum_}, or has a private key beside it"
    read: dict[str, Any] = {"src": source}
    return (
        Task(
            name=f"Read {source}",
            module="ansible.builtin.slurp",
            args=read,
            verb="none",
            register=True,
            needs=bringers(source),
        ),
        Task(
            name=f"Check that {source} is a certificate",
            module="ansible.builtin.assert",
            args={"that": tests, "fail_msg": fail, "quiet": True},
            verb="none",
            needs=bringers(source),
        ),
    )
