"""Whether an ID token holds (OpenID Connect Core 1.0, 3.1.3.7), and what it says.

Called by ``oidc``. Signatures are joserfc's; which algorithms, and every claim, are decided here:
only asymmetric ones, so that neither ``none`` nor a public key used as a shared secret passes."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
              "EdDSA", "Ed25519")  # fmt: skip
SKEW_S = 60
OLDEST_S = 600
"""A token that was made longer ago was not made for this login."""


class Wanted(NamedTuple):
    """For whom a token has to be; a *nonce* only where one was sent."""

    issuer: str
    client_id: str
    nonce: str


class BadTokenError(Exception):
    """It does not hold, and why in a word."""


class UnknownKeyError(Exception):
    """No key of the issuer's is the one that signed; there may be newer ones."""


def claims(text: str, keys: Mapping[str, Any], wanted: Wanted, now: float) -> dict[str, Any]:
    """What a token that holds says."""
    try:
        usable = _usable(keys)
        if not usable:
            raise UnknownKeyError
        token = jwt.decode(
            text, KeySet.import_key_set({"keys": usable}), algorithms=list(ALGORITHMS)
        )
    except InvalidKeyIdError as error:
        raise UnknownKeyError from error
    except (JoseError, ValueError) as error:
        raise BadTokenError("signature") from error
    _require(token.claims, wanted, now)
    return dict(token.claims)


def _usable(keys: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Public keys for signatures."""
    found = [one for one in keys.get("keys", ()) if isinstance(one, dict)]
    return [one for one in found if one.get("kty") in ("RSA", "EC", "OKP")
            and one.get("use", "sig") == "sig"]  # fmt: skip


def _require(told: Mapping[str, Any], wanted: Wanted, now: float) -> None:
    audience = told.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    checks = {
        "iss": told.get("iss") == wanted.issuer,
        "aud": wanted.client_id in audiences,
        "azp": told.get("azp", wanted.client_id) == wanted.client_id
        and (len(audiences) == 1 or "azp" in told),
        "exp": _number(told.get("exp")) > now - SKEW_S,
        "iat": now - OLDEST_S - SKEW_S < _number(told.get("iat")) < now + SKEW_S,
        "nbf": _number(told.get("nbf", 0)) < now + SKEW_S,
        "nonce": not wanted.nonce or told.get("nonce") == wanted.nonce,
        "sub": isinstance(told.get("sub"), str) and bool(told["sub"]),
    }
    for name, holds in checks.items():
        if not holds:
            raise BadTokenError(name)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1.0
