"""Errors as RFC 9457 problems, in the language that the client accepts.

Called by ``routing`` and ``guards``. Only KikiErrors have anything to say: whatever else is raised
is a mistake in Kiki, is logged, and is ``server.broken`` outside."""

import re

from kiki import messages
from kiki.model.errors import (
    CheckError,
    KikiError,
    NotFoundError,
    RecordError,
    RefusedError,
    StaleError,
    StateError,
    TemporaryError,
)
from kiki.model.languages import Lang
from kiki.model.wire import Problem

_BY_CODE = {
    "server.unauthorised": 401,
    "server.login_failed": 401,
    "login.refused": 401,
    "login.state": 401,
    "login.bad_token": 401,
    "login.not_given": 401,
    "login.no_roles": 403,
    "login.subject": 403,
    "server.forbidden": 403,
    "server.forbidden_there": 403,
    "server.only_own_systems": 403,
    "server.only_own_secrets": 403,
    "server.token_scopes": 403,
    "server.first_token": 403,
    "approval.four_eyes": 403,
    "server.method": 405,
    "server.slow": 408,
    "server.too_large": 413,
    "server.not_json": 415,
    "server.too_many_logins": 429,
    "server.broken": 500,
}
_BY_KIND: tuple[tuple[type[KikiError], int], ...] = (
    (NotFoundError, 404),
    (StateError, 409),
    (StaleError, 409),
    (RefusedError, 422),
    (CheckError, 422),
    (RecordError, 409),
    (TemporaryError, 503),
)
# Temporary for the request, and nothing is wrong with the server.
_CONFLICTS = ("job.", "lock.", "execution.", "inventory.", "plan.", "cluster.")


def problem(error: KikiError, lang: Lang) -> Problem:
    """What is said of *error*."""
    said = messages.text(error.code, lang, error.params)
    return Problem(
        type=f"urn:kiki:error:{error.code}",
        title=said.text,
        detail=said.help,
        status=status(error),
        code=error.code,
        kind=type(error).__name__,
        params=error.params,
        change=error.change_id,
    )


def status(error: KikiError) -> int:
    """The HTTP status of *error*; 400 for what the caller did wrong."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if error.code.startswith("engine."):
        return 424  # what this server depends on failed
    if isinstance(error, TemporaryError) and error.code.startswith(_CONFLICTS):
        return 409
    return next((number for kind, number in _BY_KIND if isinstance(error, kind)), 400)


def language(accepted: str) -> Lang:
    """``ko`` or ``en``, which of them Accept-Language likes more (RFC 9110, 12.5.4)."""
    likes: dict[str, float] = {}
    for part in accepted.split(","):
        found = re.fullmatch(r"\s*(ko|en)\b[\w-]*\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", part, re.I)
        if found:
            likes.setdefault(found[1].lower(), float(found[2] or 1))
    return "ko" if likes.get("ko", 0) > likes.get("en", 0) else "en"
