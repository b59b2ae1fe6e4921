"""Amounts of memory and of storage, from words to what OpenStack counts in.

Called by the operations that take one. Nova counts memory in MiB and disks in GiB, Cinder volumes
in GiB, whatever they are called: ``4GB`` of memory are 4096 (Nova API, "Create Flavor").
"""

import re
from collections.abc import Callable
from typing import Annotated

from msgspec import Meta

Memory = Annotated[str, Meta(pattern=r"^[1-9][0-9]{0,8}(?:\.[0-9]{1,3})?[MGT]i?$(?!\n)")]
OptionalMemory = Annotated[
    str, Meta(pattern=r"^(?:[1-9][0-9]{0,8}(?:\.[0-9]{1,3})?[MGT]i?)?$(?!\n)")
]
_MEGABYTES = {"M": 1, "G": 1024, "T": 1024 * 1024}


def megabytes(text: str) -> int:
    """How many MiB ``512M`` or ``1.5Gi`` are. ValueError for a part of one."""
    found = re.fullmatch(r"([0-9.]+)([MGT])i?", text)
    exact = float(found[1]) * _MEGABYTES[found[2]] if found else 0.5
    if exact != int(exact):
        raise ValueError(f"{text} is no whole number of MiB")
    return int(exact)


def gigabytes(text: str) -> int:
    """How many GiB ``10G`` or ``1T`` are. ValueError for a part of one."""
    whole, rest = divmod(megabytes(text), 1024)
    if rest:
        raise ValueError(f"{text} is no whole number of GiB")
    return whole


def check_memory(**said: str) -> None:
    """ValueError, with the field's name, for an amount of memory that is no whole number of MiB."""
    _check(megabytes, said)


def check_storage(**said: str) -> None:
    """ValueError, with the field's name, for a size that is no whole number of GiB."""
    _check(gigabytes, said)


def _check(count: Callable[[str], int], said: dict[str, str]) -> None:
    for field, text in said.items():
        try:
            count(text or "1024G")
        except ValueError as error:
            raise ValueError(f"{error} - at `$.{field}`") from error
