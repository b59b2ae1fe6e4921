"""The limits of a literal value: allowed values, ranges, lengths, patterns, addresses.

Called by ``values`` for properties and by ``parameters`` for defaults. What only a cloud can judge
(whether an image exists) is not looked at.
"""

import re
from typing import Any, Protocol

Problem = tuple[str, dict[str, str]]
Bounds = tuple[float | None, float | None]


class Limited(Protocol):
    """What has limits: a property of a type, or a parameter of a template."""

    @property
    def allowed(self) -> tuple[Any, ...]:
        """The values that are allowed; empty: all."""
        ...

    @property
    def range(self) -> Bounds | None:
        """The lowest and highest number."""
        ...

    @property
    def length(self) -> Bounds | None:
        """The lowest and highest length of a text, list or map."""
        ...

    @property
    def pattern(self) -> str:
        """A regular expression for the whole text."""
        ...

    @property
    def custom(self) -> str:
        """The name of a constraint of Heat's."""
        ...


def problem(limited: Limited, value: Any) -> Problem | None:
    """The code and parameters that say which limit *value* is outside of; None when none."""
    return (
        _allowed(limited.allowed, value)
        or _range(limited.range, value)
        or _length(limited.length, value)
        or _pattern(limited.pattern, value)
        or _address(limited.custom, value)
    )


def _allowed(allowed: tuple[Any, ...], value: Any) -> Problem | None:
    if not allowed or isinstance(value, dict):
        return None
    known = {_plain(one) for one in allowed}
    values = value if isinstance(value, list) else [value]
    if all(_plain(one) in known for one in values):
        return None
    return "openstack.value_not_allowed", {"allowed": ", ".join(map(str, allowed))}


def _plain(value: Any) -> str:
    """Heat converts to the property's type first, so ``true``, "True" and ``4``, "4" are alike."""
    text = str(value)
    return text.lower() if isinstance(value, bool) or text.lower() in ("true", "false") else text


def _range(bounds: Bounds | None, value: Any) -> Problem | None:
    if bounds is None or isinstance(value, list | dict):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return None if _inside(bounds, number) else ("openstack.out_of_range", _said(bounds))


def _length(bounds: Bounds | None, value: Any) -> Problem | None:
    if bounds is None:
        return None
    size = len(value if isinstance(value, str | list | dict) else str(value))
    return None if _inside(bounds, size) else ("openstack.length_wrong", _said(bounds))


def _inside(bounds: Bounds, number: float) -> bool:
    low, high = bounds
    return (low is None or number >= low) and (high is None or number <= high)


def _said(bounds: Bounds) -> dict[str, str]:
    low, high = ("" if bound is None else str(bound).removesuffix(".0") for bound in bounds)
    return {"low": low or "-", "high": high or "-"}


def _pattern(pattern: str, value: Any) -> Problem | None:
    if not pattern or not isinstance(value, str):
        return None
    try:
        fits = re.fullmatch(pattern, value)
    except re.error:  # a pattern in a user's template; ``parameters`` reports it
        return None
    return None if fits else ("openstack.pattern_not_met", {"pattern": pattern})


def _address(custom: str, value: Any) -> Problem | None:
    if custom not in ("ip_addr", "net_cidr", "ip_or_cidr", "mac_addr") or not isinstance(
        value, str
    ):
        return None
    fits = _is_mac(value) if custom == "mac_addr" else _is_address(custom, value)
    return None if fits else ("openstack.address_invalid", {"wanted": custom})


def _is_mac(value: str) -> bool:
    return re.fullmatch(r"(?:[0-9A-Fa-f]{1,2}([:-]))(?:[0-9A-Fa-f]{1,2}\1){4}[0-9A-Fa-f]{1,2}",
                        value) is not None  # fmt: skip


def _is_address(custom: str, value: str) -> bool:
    from ipaddress import ip_address, ip_interface  # noqa: PLC0415 -- lazy: few templates have any

    with_prefix = "/" in value
    if with_prefix if custom == "ip_addr" else custom == "net_cidr" and not with_prefix:
        return False
    try:
        ip_interface(value) if with_prefix else ip_address(value)
    except ValueError:
        return False
    return True
