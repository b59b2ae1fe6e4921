"""Keys and start-up texts: a definition is read by many, and holds no secret.

Called by ``judging``. What is not a public key is refused and never repeated.
"""

import re

from kiki.vdc.definition import Definition
from kiki.vdc.source import Source

MOST_BYTES = 49_149  # Nova takes 65,535 of base64
_PUBLIC = re.compile(
    r"(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521)|sk-ssh-ed25519@openssh\.com"
    r"|sk-ecdsa-sha2-nistp256@openssh\.com) [A-Za-z0-9+/]{40,}={0,3}(?: [^\n]*)?\n?"
)


def judge(source: Source, definition: Definition) -> None:
    """Report keys that are none, and texts that look as if they held a secret."""
    for name, key in definition.keys.items():
        path = ("keys", name, "public_key")
        if "PRIVATE KEY" in key.public_key:
            source.report("vdc.key_private", "error", path, name=name)
        elif key.public_key and not _PUBLIC.fullmatch(key.public_key):
            source.report("vdc.key_invalid", "error", path, name=name)
    for name, group in definition.servers.items():
        size = len(group.user_data.encode())
        if size > MOST_BYTES:
            params = {"name": name, "size": str(size), "limit": str(MOST_BYTES)}
            source.report("vdc.user_data_long", "error", ("servers", name, "user_data"), **params)
        if group.user_data and _tells(group.user_data):
            source.report("vdc.user_data_secret", "warning", ("servers", name, "user_data"),
                          name=name)  # fmt: skip


def _tells(text: str) -> bool:
    from kiki.understand.secrets import masked  # noqa: PLC0415 -- lazy: few servers have a text

    return "PRIVATE KEY" in text or any(masked(line) != line for line in text.splitlines())
