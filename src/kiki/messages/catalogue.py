"""The message files: read once each, when first asked for.

Called by ``messages`` and its tests.
"""

import os

import msgspec

from kiki.model.languages import Lang

Table = dict[str, dict[str, str]]

HERE = os.path.dirname(__file__)  # noqa: PTH120 -- pathlib costs start-up time
_tables: dict[tuple[Lang, str], Table] = {}


def entry(lang: Lang, code: str) -> dict[str, str] | None:
    """The entry of *code*: ``{"text": ..., "help": ...}``, or None."""
    area, _, rest = code.partition(".")
    return table(lang, area).get(rest)


def table(lang: Lang, area: str) -> Table:
    """All entries of one area; empty when there is no such area."""
    if (lang, area) not in _tables:
        _tables[lang, area] = _read(lang, area)
    return _tables[lang, area]


def _read(lang: Lang, area: str) -> Table:
    if not area.replace("_", "").isalnum():
        return {}
    try:
        with open(f"{HERE}/{lang}/{area}.json", "rb") as file:  # noqa: PTH123 -- as above
            return msgspec.json.decode(file.read(), type=Table)
    except FileNotFoundError:
        return {}
