"""Reading a key from the kernel's keyrings, keyrings(7), through libkeyutils.

Called by ``store.key_sources``. The library comes with Kerberos' and OpenSSH's own packages on
Debian and on Rocky Linux, and needs no desktop and no D-Bus: why this and not a desktop's keyring
is in docs/decisions/0010-master-keys.md. The value comes out of the kernel by a system call; it is
in no argument, no pipe and no file.
"""

import ctypes
import errno
import os

from kiki.model.errors import UsageError

_LIBRARY = "libkeyutils.so.1"
# The session's keyring, to which pam_keyinit links the user's; and the user's own. keyctl(2)
_KEYRINGS = (-3, -4)
_LONGEST = 1 << 12


def read(description: str, source: str) -> bytes:
    """The payload of the key of type ``user`` with this description. UsageError
    ``store.master_key_missing`` or ``store.master_key_unusable``, naming *source*."""
    library = _library(source)
    for keyring in _KEYRINGS:
        found = library.keyctl_search(keyring, b"user", description.encode(), 0)
        if found > 0:
            return _payload(library, found, source)
        if ctypes.get_errno() not in (errno.ENOKEY, errno.EKEYEXPIRED, errno.EKEYREVOKED):
            raise _failure(source)
    raise UsageError("store.master_key_missing", source=source)


def _payload(library: ctypes.CDLL, key: int, source: str) -> bytes:
    buffer = ctypes.create_string_buffer(_LONGEST)
    length = library.keyctl_read(key, buffer, _LONGEST)
    if length < 0:
        raise _failure(source)
    return buffer.raw[: min(length, _LONGEST)]


def _library(source: str) -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(_LIBRARY, use_errno=True)
    except OSError:
        detail = f"{_LIBRARY} is not installed"
        raise UsageError("store.master_key_unusable", source=source, detail=detail) from None
    for function in (library.keyctl_search, library.keyctl_read):
        function.restype = ctypes.c_long
    library.keyctl_search.argtypes = (
        ctypes.c_int32, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_int32,
    )  # fmt: skip
    library.keyctl_read.argtypes = (ctypes.c_int32, ctypes.c_char_p, ctypes.c_size_t)
    return library


def _failure(source: str) -> UsageError:
    detail = os.strerror(ctypes.get_errno())
    return UsageError("store.master_key_unusable", source=source, detail=detail)
