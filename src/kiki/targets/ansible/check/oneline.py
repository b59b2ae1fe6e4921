"""``key=value key="a b"``: arguments written as one text.

Called by ``tasks``. Source: ``ansible.parsing.splitter``: blanks part the words, but not within
quotes, nor within what Jinja fills in.
"""

import re

_PART = re.compile(
    r"""(?P<jinja>\{\{.*?\}\}|\{%.*?%\}|\{\#.*?\#\})
      | (?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<blank>\s+)
      | (?P<other>\\.|.)""",
    re.VERBOSE | re.DOTALL,
)
_KEY = re.compile(r"([A-Za-z_][\w-]*)=(.*)", re.DOTALL)


def words(text: str) -> list[str]:
    """The words of *text*, with their quotes; ValueError when a quote is never closed."""
    found = [""]
    for part in _PART.finditer(text):
        if part[0] in "\"'":
            raise ValueError(part[0])
        if part.lastgroup == "blank":
            found.append("")
        else:
            found[-1] += part[0]
    return [word for word in found if word]


def pairs(text: str) -> tuple[dict[str, str], str]:
    """The arguments of *text*, and what of it is none, as one text. ValueError as in ``words``."""
    args: dict[str, str] = {}
    rest: list[str] = []
    for word in words(text):
        found = _KEY.fullmatch(word)
        if found:
            args[found[1]] = _bare(found[2])
        else:
            rest.append(word)
    return args, " ".join(rest)


def _bare(value: str) -> str:
    """*value* without the quotes around all of it."""
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if quoted else value
