"""Unified text from the diffs that Ansible's modules return.

Called by ``events``. A module gives one diff or a list of them: ``before`` and ``after`` as text
or data, or ``prepared`` text. A diff that is too long is cut, and a digest over all of it stands
at its end, so that a plan's fingerprint still covers every line.
"""

import difflib
import hashlib
import json
from collections.abc import Iterator
from typing import Any

LIMIT = 64_000  # characters


def text_of(value: Any) -> str:
    """Unified text of a module's ``diff``, not yet redacted or cut; empty when nothing differs."""
    parts = value if isinstance(value, list) else [value]
    return "".join(line for part in parts if isinstance(part, dict) for line in _lines(part))


def cut(text: str) -> str:
    """*text*, or its beginning and a digest of all of it."""
    if len(text) <= LIMIT:
        return text
    head = text[:LIMIT].rpartition("\n")[0]
    left = text.count("\n") - head.count("\n")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{head}\n... {left} more lines, sha256:{digest}\n"


def _lines(diff: dict[str, Any]) -> Iterator[str]:
    yield from _skipped(diff)
    if "prepared" in diff:
        yield _ended(str(diff["prepared"]))
    if "before" in diff and "after" in diff:
        before, after = _as_text(diff["before"]), _as_text(diff["after"])
        if before != after:
            yield from _unified(before, after, *_names(diff))


def _unified(before: str, after: str, old: str, new: str) -> Iterator[str]:
    made = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), old, new
    )
    for line in made:
        yield line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"


def _names(diff: dict[str, Any]) -> tuple[str, str]:
    """What is compared. Of a temporary file the name changes from run to run: it is left out."""
    old = str(diff.get("before_header") or "before")
    new = str(diff.get("after_header") or diff.get("before_header") or "after")
    if "/ansible-local-" in new or "/.ansible/tmp/" in new or "/ansible-tmp-" in new:
        new = old if old != "before" else "after"
    return old, new


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, indent=4, sort_keys=True, ensure_ascii=False) + "\n"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


_SKIPS = (
    ("src_binary", "the new file is binary"),
    ("dst_binary", "the file on the host is binary"),
    ("src_larger", "the new file is larger than {} bytes"),
    ("dst_larger", "the file on the host is larger than {} bytes"),
)


def _skipped(diff: dict[str, Any]) -> Iterator[str]:
    for key, why in _SKIPS:
        if diff.get(key):
            yield f"no diff: {why.format(diff[key])}\n"
