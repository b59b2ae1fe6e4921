"""Errors of the file system as Kiki's own."""

import errno
from pathlib import Path

import pytest

from kiki.execution.faults import fault, guarded
from kiki.model.errors import TemporaryError, UsageError


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, TemporaryError, "execution.disk_full"),
        (errno.EDQUOT, TemporaryError, "execution.disk_full"),
        (errno.EROFS, UsageError, "execution.folder_unwritable"),
        (errno.EACCES, UsageError, "execution.folder_unwritable"),
        (errno.EIO, TemporaryError, "execution.folder_failed"),
    ],
)
def test_each_kind_has_its_code(number: int, kind: type[Exception], code: str) -> None:
    found = fault(OSError(number, "why"), Path("/x"))
    assert type(found) is kind
    assert found.code == code
    assert found.params["path"] == "/x"


def test_only_file_system_errors_are_turned() -> None:
    with pytest.raises(ZeroDivisionError), guarded("/x"):
        _ = 1 // 0
    with pytest.raises(TemporaryError), guarded("/x"):
        raise OSError(errno.ENOSPC, "full")
