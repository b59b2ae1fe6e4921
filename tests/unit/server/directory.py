"""A real slapd for a test: an ordinary process on a free port, with its own certificate, a few
people and groups. Debian's package ``slapd`` has it."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.unit.server.certificates import self_signed

SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/libexec")
BASE = "dc=example,dc=org"
PASSWORD = "Directory-Pass-1"
BIND = "Bind-Pass-2"
_CONF = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload memberof
pidfile {folder}/slapd.pid
TLSCertificateFile {cert}
TLSCertificateKeyFile {key}
security tls=1
disallow bind_anon
database mdb
suffix "{base}"
rootdn "cn=root,{base}"
directory {folder}/data
overlay memberof
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=kiki,{base}" read by self read by * none
"""
_DATA = """
dn: {base}
objectClass: dcObject
objectClass: organization
o: Example
dc: example

dn: ou=people,{base}
objectClass: organizationalUnit
ou: people

dn: ou=groups,{base}
objectClass: organizationalUnit
ou: groups

dn: ou=own,{base}
objectClass: organizationalUnit
ou: own

dn: cn=kiki,{base}
objectClass: person
cn: kiki
sn: kiki
userPassword: {bind}
{people}
dn: cn=admins,ou=groups,{base}
objectClass: groupOfNames
cn: admins
member: uid=boss,ou=people,{base}

dn: cn=web-ops,ou=groups,{base}
objectClass: groupOfNames
cn: web-ops
member: uid=kim,ou=people,{base}

dn: cn=admins,ou=own,{base}
objectClass: groupOfNames
cn: admins
member: uid=eve,ou=people,{base}
"""
_MEMBERS = {
    "boss": "cn=admins,ou=groups",
    "kim": "cn=web-ops,ou=groups",
    "eve": "cn=admins,ou=own",
    "lee": "",
}
_PERSON = """
dn: uid={uid},ou=people,{base}
objectClass: inetOrgPerson
uid: {uid}
cn: {uid}
sn: {uid}
userPassword: {password}
{groups}"""


class Directory(NamedTuple):
    """*port* takes StartTLS, *secure* is ldaps."""

    port: int
    secure: int
    ca: Path
    process: "subprocess.Popen[bytes]"


@contextmanager
def directory(folder: Path) -> Iterator[Directory]:
    """Started, filled, and ended with the test."""
    assert SLAPD is not None
    folder.mkdir()
    (folder / "data").mkdir()
    cert, key = self_signed(folder, "localhost")
    conf = folder / "slapd.conf"
    conf.write_text(_CONF.format(folder=folder, base=BASE, cert=cert, key=key))
    people = "".join(
        _PERSON.format(
            uid=uid,
            base=BASE,
            password=PASSWORD,
            groups=f"memberOf: {group},{BASE}\n" if group else "",
        )
        for uid, group in _MEMBERS.items()
    )
    data = _DATA.format(base=BASE, people=people, bind=BIND).encode()
    slapadd = Path(SLAPD).with_name("slapadd")
    subprocess.run([slapadd, "-f", conf, "-q"], input=data, check=True, capture_output=True)
    port, secure = _free(), _free()
    urls = f"ldap://localhost:{port}/ ldaps://localhost:{secure}/"
    process = subprocess.Popen(
        [SLAPD, "-d", "0", "-f", conf, "-h", urls], stderr=subprocess.DEVNULL
    )
    try:
        _wait(secure)
        yield Directory(port, secure, cert, process)
    finally:
        process.kill()
        process.wait()


def _free() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found: int = taken.getsockname()[1]
        return found


def _wait(port: int) -> None:
    for _ in range(200):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("slapd did not start")
