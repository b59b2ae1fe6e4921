"""Completion of words that never change: commands, flags, and flags with fixed values.

Called by ``main`` when a shell asks (argcomplete's protocol: the answer goes to descriptor 8).
Reads one file that was rendered at build time and imports nothing but os. What it can't answer,
``completing_values`` does with argcomplete.
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWER = 8  # argcomplete's shell code reads this descriptor


def answer(asked: "dict[str, str]", pages: str) -> bool:
    """Answer what the shell *asked* (see ``settings.ambient.completion``); False when that needs
    quoting rules, files or the database."""
    line = asked["line"]
    if not line.isascii() or any(char in line for char in "\"'\\`$"):
        return False
    start = int(asked["start"]) if asked["start"].isdigit() else 1
    words = line.split()[start:] + ([""] if line.endswith((" ", "\t")) else [])
    found = candidates(words, read_words(pages)) if words else None
    if found is None:
        return False
    _send(asked, found)
    return True


def _send(asked: "dict[str, str]", found: "list[str]") -> None:
    if len(found) == 1:
        found = [found[0] + asked["space"]]
    ending = {"zsh": ":", "fish": "\t"}.get(asked["shell"], "")
    os.write(ANSWER, asked["between"].join(word + ending for word in found).encode())


def read_words(pages: str) -> "dict[str, list[str]]":
    """The rendered table: a context to its words. Contexts are ``commands``, a command (its
    flags), ``<command> <flag>`` (the flag's values) and ``<command> *`` (its first word)."""
    table: dict[str, list[str]] = {}
    with open(f"{pages}/words.txt", encoding="utf-8") as file:  # noqa: PTH123 -- start-up time
        for line in file:
            context, _, words = line.rstrip("\n").partition(": ")
            table[context] = words.split(" ")
    return table


def candidates(words: "list[str]", table: "dict[str, list[str]]") -> "list[str] | None":
    """What the last word may become; None when it isn't in the table."""
    last, before = words[-1], words[:-1]
    command = next((word for word in before if word in table), "kiki")
    previous = before[-1] if before else ""
    if previous.startswith("-"):
        return _starting(last, table.get(f"{command} {previous}"))
    if last.startswith("-"):
        return _starting(last, table[command])
    if not before:
        return _starting(last, table["commands"])
    if previous == command:
        return _starting(last, table.get(f"{command} *"))
    return None


def _starting(last: str, words: "Iterable[str] | None") -> "list[str] | None":
    if words is None:
        return None
    return [word for word in words if word.startswith(last)]
