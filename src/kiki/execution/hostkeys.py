"""Whether variables of an inventory switch the check of host keys off.

Called by ``safety``. A host whose key nobody checks may be anybody's, whatever was approved. What
a file that ``ssh -F`` names says is not looked at.
"""

import re
import shlex
from typing import Any

# As in ssh_config(5), case ignored; also inside a ProxyCommand, where it is the bastion's key.
_OFF = re.compile(
    r"""(?:
        stricthostkeychecking [=\s"'\\]+ (?:(?:no|off|false|0|accept-new)(?![\w./-]) | \{[{%])
        | userknownhostsfile [=\s"'\\]+ (?:(?:/dev/null|none)(?![\w./-]) | \{[{%])
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_CHECKING = re.compile(r"ansible_(\w+_)?host_key_checking")
_ADDING = re.compile(r"ansible_(\w+_)?host_key_auto_add")  # takes any key for a new host
_TEMPLATE = re.compile(r"\{[{%]")
_YES = frozenset({"true", "yes", "on", "1", "t", "y"})
_NO = frozenset({"false", "no", "off", "0", "f", "n", ""})


def unchecked(name: str, value: Any, variables: dict[str, Any], arguments: tuple[str, ...]) -> bool:
    """Whether the variable *name* switches the check off; *variables* are all of its host, and
    *arguments* the names of those that are options of ssh."""
    said = str(value).strip().lower()
    if _CHECKING.fullmatch(name):
        return said not in _YES
    if _ADDING.fullmatch(name):
        return said not in _NO
    if name not in arguments:
        return False
    # A template may stand for any other variable of the host.
    judged = variables.values() if _TEMPLATE.search(said) else [value]
    return any(_switches_off(str(one)) for one in judged)


def _switches_off(text: str) -> bool:
    """As it is written, and as the words that ssh gets: quotes may stand anywhere."""
    try:
        words = " ".join(shlex.split(text))
    except ValueError:
        words = text
    return bool(_OFF.search(text) or _OFF.search(words))
