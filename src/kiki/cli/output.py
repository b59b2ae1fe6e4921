"""Generated code on stdout or in ``--out``.

Called by ``gen`` and by the bare flags form. A file is written whole or not at all: to a new file
beside it first, then moved into place. No other module of the CLI writes files.
"""

import errno
import os
from argparse import Namespace
from collections.abc import Callable

from kiki.cli.context import Context
from kiki.model.artifact import Artifact, File
from kiki.model.errors import KikiError, TemporaryError, UsageError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_DENIED = (errno.EACCES, errno.EPERM, errno.EROFS)


def delivery(args: Namespace, context: Context) -> Callable[[Artifact], None]:
    """What is done with good code: written where ``--out`` says, else shown, unless JSON is."""

    def deliver(artifact: Artifact) -> None:
        if args.out and args.out != "-":
            write(artifact, args.out, context, force=args.force, confirm=args.confirm)
        elif not context.as_json:
            context.screen.raw(stream(artifact))

    return deliver


def stream(artifact: Artifact) -> str:
    """All files as one stream of YAML, the one to run first; the others are named in a comment."""
    first, *others = sorted(artifact.files, key=lambda file: file.path != artifact.entry)
    parts = [first.text]
    for file in others:
        start = "" if file.text.startswith("---") else "---\n"
        parts.append(f"# file: {file.path}\n{start}{file.text}")
    return "".join(part if part.endswith("\n") else part + "\n" for part in parts)


def write(artifact: Artifact, out: str, context: Context, *, force: bool, confirm: bool) -> None:
    """Write the code where ``--out`` says: one file there, several (a role) below it.

    UsageError ``cli.out_<what>`` and TemporaryError ``cli.disk_full``; what was there before is
    then untouched.
    """
    places = _places(artifact, out)
    if not force:
        permit([path for path, _ in places], context)
    if confirm:
        _confirm(artifact, out, context)
    for path, file in places:
        save(path, file.text.encode())
        context.note("cli.written", path=path)


def _places(artifact: Artifact, out: str) -> list[tuple[str, File]]:
    if len(artifact.files) > 1:
        if out.endswith((".yml", ".yaml")) or _regular(out):
            raise UsageError("cli.out_needs_folder", path=out, count=len(artifact.files))
        return [(f"{out.rstrip('/')}/{file.path}", file) for file in artifact.files]
    if out.endswith("/") or os.path.isdir(out):  # noqa: PTH112 -- start-up time
        raise UsageError("cli.out_is_folder", path=out)
    return [(out, artifact.files[0])]


def permit(paths: list[str], context: Context) -> None:
    """Return when none of *paths* exists or the person says yes; UsageError otherwise."""
    for path in paths:
        if not _regular(path):
            continue
        if not context.interactive:
            raise UsageError("cli.out_exists", path=path)
        from kiki.cli import ask  # noqa: PLC0415 -- lazy: only when something is in the way

        if not ask.yes(context, "prompt_overwrite", path=path):
            raise UsageError("cli.out_kept", path=path)


def _confirm(artifact: Artifact, out: str, context: Context) -> None:
    from kiki.cli import ask  # noqa: PLC0415 -- lazy: only with --confirm

    if not context.interactive:
        raise UsageError("cli.confirm_needs_terminal")
    context.screen.err(stream(artifact))
    if not ask.yes(context, "prompt_write", path=out):
        raise UsageError("cli.out_kept", path=out)


def _regular(path: str) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 -- start-up time


def save(path: str, data: bytes) -> None:
    """Write *data* to *path*, whole or not at all; folders on the way are made."""
    try:
        if os.path.exists(path) and not _regular(path):  # noqa: PTH110 -- a device or a pipe
            _fill(os.open(path, os.O_WRONLY), data)
        else:
            _replace(os.path.realpath(path), data)
    except OSError as error:
        raise _failure(path, error) from error


def _replace(path: str, data: bytes) -> None:
    folder = os.path.dirname(path)  # noqa: PTH120 -- start-up time
    os.makedirs(folder, exist_ok=True)  # noqa: PTH103 -- start-up time
    new = f"{folder}/.{os.path.basename(path)[:200]}.{os.getpid()}.new"  # noqa: PTH119 -- as above
    try:
        _fill(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode(path)), data)
        os.rename(new, path)  # noqa: PTH104 -- start-up time
    except BaseException:
        _remove(new)
        raise


def _mode(path: str) -> int:
    try:
        return os.stat(path).st_mode & 0o777  # noqa: PTH116 -- start-up time
    except FileNotFoundError:
        return 0o666


def _fill(descriptor: int, data: bytes) -> None:
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # devices and pipes can't
            raise


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108 -- start-up time
    except FileNotFoundError:
        return


def _failure(path: str, error: OSError) -> KikiError:
    reason = error.strerror or str(error)
    if error.errno in _FULL:
        return TemporaryError("cli.disk_full", path=path, reason=reason)
    if error.errno in _DENIED:
        return UsageError("cli.out_denied", path=path, reason=reason)
    return UsageError("cli.out_failed", path=path, reason=reason)
