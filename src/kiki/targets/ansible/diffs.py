"""Diffs such that the same change has the same text.

Called by ``plan``: a plan's fingerprint covers every diff, so temporary names and times, which
move from run to run, must not be in it.
"""

import hashlib
import re

LIMIT = 8_000  # characters
_VOLATILE = (
    (re.compile(r"/\S*/\.ansible/tmp/\S+"), "<temporary>"),
    (re.compile(r"/\S*ansible-(?:tmp|local)-\S+"), "<temporary>"),
    (re.compile(r'^[-+ ]\s*"(?:atime|mtime|ctime)": .*\n', re.MULTILINE), ""),
    (re.compile(r"^(---|\+\+\+) (.*?)\t.*$", re.MULTILINE), r"\1 \2"),
)


def normalised(diff: str) -> str:
    """*diff* without what is different each time, bounded; a digest stands for what is cut."""
    for pattern, instead in _VOLATILE:
        diff = pattern.sub(instead, diff)
    if len(diff) <= LIMIT:
        return diff
    head = diff[:LIMIT].rpartition("\n")[0]
    digest = hashlib.sha256(diff.encode()).hexdigest()
    return f"{head}\n... {len(diff) - len(head)} more characters, sha256:{digest}\n"
