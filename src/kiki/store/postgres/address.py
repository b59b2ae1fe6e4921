"""Where the database is: the setting ``database``, judged and made fit to be shown.

Called by ``store.opening``. An address may hold no password: addresses are seen in lists of
processes, in logs and in errors. Passwords come from a file of their own or from libpq's
``PGPASSFILE`` (https://www.postgresql.org/docs/15/libpq-pgpass.html).
"""

import os
import stat
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from kiki.model.errors import UsageError
from kiki.model.records import Record
from kiki.store.files import file_failures

SCHEMES = ("postgresql", "postgres")
_SECRET = frozenset({"password", "sslpassword"})


class Address(Record, frozen=True):
    """*url* as libpq reads it, without a password; *shown* without its parameters, for errors;
    *password_file* has the password alone in it, and is read at each connection."""

    url: str
    shown: str
    password_file: str = ""

    def password(self) -> str:
        """The password, or an empty string: libpq then looks for its own file. UsageError
        ``store.password_exposed`` when
        others can read the file."""
        if not self.password_file:
            return ""
        path = Path(self.password_file)
        with file_failures(path), path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if mode & 0o007:  # a mounted secret may be its group's
                raise UsageError("store.password_exposed", path=str(path), mode=f"{mode:04o}")
            return file.read(1 << 12).decode("utf-8", "replace").rstrip("\r\n")


def address(url: str, password_file: str = "") -> Address:
    """The address that *url* says. UsageError ``store.database_unknown`` for another scheme,
    ``store.database_password`` when there is a password in it; neither tells the address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise UsageError("store.database_unknown") from None
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        raise UsageError("store.database_unknown")
    if parts.password is not None or _SECRET & {name for name, _ in parse_qsl(parts.query)}:
        raise UsageError("store.database_password")
    who = f"{parts.username}@" if parts.username else ""
    where = f"{parts.hostname or ''}{f':{port}' if port else ''}"
    return Address(
        url=url, shown=f"postgresql://{who}{where}{parts.path}", password_file=password_file
    )
