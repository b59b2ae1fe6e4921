"""Small files that may be lost at any time: what they say can be found out again.

Called by ``models.proofs`` and ``engines.openai.memory``.
"""

import os
from contextlib import suppress
from pathlib import Path


def keep(path: Path, data: bytes) -> None:
    """Write *path* whole, for its owner only; where that can't be done nothing is written, and
    nothing is left behind."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    with suppress(OSError):
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
            new.replace(path)
        finally:
            new.unlink(missing_ok=True)
