"""The language, the colours and the width in which views show things.

Called by the views and the commands. A ``Look`` has no streams: views give text, they don't
print it.
"""

from typing import NamedTuple

from kiki.cli.layout import one_line, safe
from kiki.messages import Message, known, text
from kiki.model.languages import Lang

_STYLES = {
    "bold": "1",
    "dim": "2",
    "underline": "4",
    "red": "31",
    "green": "32",
    "yellow": "33",
    "blue": "34",
    "cyan": "36",
    "alarm": "1;37;41",
}


class Look(NamedTuple):
    """How to show. *width* is in columns."""

    lang: Lang = "en"
    colour: bool = False
    width: int = 100

    def paint(self, words: str, *styles: str) -> str:
        """*words* in *styles* when there are colours."""
        if not self.colour or not words or not styles:
            return words
        codes = ";".join(_STYLES[style] for style in styles)
        return f"\x1b[{codes}m{words}\x1b[0m"

    def message(self, code: str, /, **params: object) -> Message:
        """Text and help of *code*, its parameters made safe to show; a state, and a reason that is
        itself a code, are put in words."""
        shown = {key: safe(str(value)) for key, value in params.items()}
        for key, inner in (("state", "state.{}"), ("reason", "{}")):
            worded = inner.format(shown.get(key, ""))
            if key in shown and known(worded, self.lang):
                shown[key] = text(worded, self.lang, shown).text
        found = text(code, self.lang, shown)
        return Message(safe(found.text), safe(found.help))

    def say(self, code: str, /, **params: object) -> str:
        """The text of *code*."""
        return self.message(code, **params).text

    def label(self, name: str, /, **params: object) -> str:
        """The text of ``label.<name>``."""
        return self.say(f"label.{name}", **params)

    def heading(self, name: str, /, **params: object) -> str:
        """A section's title."""
        return self.paint(self.label(name, **params), "bold")

    def value(self, value: object) -> str:
        """A field's value as a person writes it: bare where that is unambiguous."""
        if isinstance(value, bool):
            return self.label("true" if value else "false")
        if isinstance(value, list | tuple):
            return ", ".join(self.value(item) for item in value)
        if isinstance(value, dict):
            return ", ".join(f"{key}={self.value(item)}" for key, item in value.items())
        return one_line(str(value))
