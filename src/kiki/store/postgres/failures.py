"""Turning what PostgreSQL raises into Kiki's own errors.

Called by ``store.postgres.database`` around everything that it does. Codes are SQLSTATEs
(https://www.postgresql.org/docs/15/errcodes-appendix.html). What fails before there is a session
has none: there only the server's words tell a refusal from a server that isn't there, and words
that aren't known count as the latter, which may be tried again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from kiki.model.errors import KikiError, RecordError, TemporaryError, UsageError

_FULL = frozenset({"53100"})
_BUSY = frozenset({"55P03", "57014", "40001", "40P01", "53300"})
_IO = frozenset({"58030", "53200", "53000"})
_READONLY = frozenset({"42501", "25006"})
# Ended by its administrator, by a crash of another session, starting or stopping, or by a timeout.
_GONE = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
_REFUSALS = (
    "password authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "does not exist",
    "is not permitted to log in",
    "permission denied for database",
    "certificate verify failed",
    "does not support SSL",
    "Peer authentication failed",
    "invalid connection option",
    "invalid URI",
)
_LONGEST = 200


@contextmanager
def database_failures(shown: str) -> Iterator[None]:
    """Raise Kiki's error for what psycopg raises about the database at *shown*."""
    try:
        yield
    except psycopg.Error as failure:
        raise translated(failure, shown) from None


def translated(failure: psycopg.Error, shown: str) -> KikiError:
    """Kiki's error. Its detail is one line of the server's, which names no value of a row."""
    code, detail = failure.sqlstate or "", _line(failure)
    if code in _FULL:
        return TemporaryError("store.disk_full", path=shown)
    if code in _BUSY:
        return TemporaryError("store.locked", path=shown)
    if code in _IO:
        return TemporaryError("store.io", path=shown, detail=detail)
    if code in _READONLY:
        return UsageError("store.readonly", path=shown)
    if code in _GONE or code.startswith("08"):
        return TemporaryError("store.gone", path=shown, detail=detail)
    if not code and isinstance(failure, psycopg.OperationalError):
        return _unconnected(shown, detail, str(failure))
    return RecordError("store.corrupt", path=shown, detail=detail)


def _unconnected(shown: str, detail: str, whole: str) -> KikiError:
    if any(words in whole for words in _REFUSALS):
        return UsageError("store.refused", path=shown, detail=detail)
    return TemporaryError("store.gone", path=shown, detail=detail)


def _line(failure: psycopg.Error) -> str:
    """The message proper, not the row or the statement that PostgreSQL adds on further lines."""
    said = failure.diag.message_primary or str(failure)
    return said.strip().partition("\n")[0][:_LONGEST]
