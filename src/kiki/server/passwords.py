"""Passwords and tokens: made, hashed, compared.

Called by ``accounts``. A password is hashed with argon2id (argon2-cffi's defaults, which are RFC
9106's second choice: 64 MiB, 3 passes), a third of a second and meant to be slow: only two at a
time, so that logins can't take the machine. A token is 256 random bits, for which SHA-256 is
enough."""

import hashlib
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from kiki.model.errors import UsageError

SHORTEST = 12
LONGEST = 256
_AT_ONCE = threading.BoundedSemaphore(2)
_HASHER = PasswordHasher()


def hashed(password: str) -> str:
    """The text that is kept; UsageError ``server.password_short`` or ``server.password_long``."""
    if len(password) < SHORTEST:
        raise UsageError("server.password_short", least=SHORTEST)
    if len(password) > LONGEST:
        raise UsageError("server.password_long", most=LONGEST)
    with _AT_ONCE:
        return _HASHER.hash(password)


def matches(password: str, kept: str) -> bool:
    """Whether *password* is the one. An empty *kept* (nobody has that name) takes as long as
    any."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(kept or _nobody(), password[:LONGEST]) and bool(kept)
        except (Argon2Error, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


def new_token() -> str:
    """A token that nobody can guess, and that scanners for leaked secrets know by its beginning."""
    return f"kiki_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def new_id() -> str:
    """The public name of a token."""
    return secrets.token_hex(6)
