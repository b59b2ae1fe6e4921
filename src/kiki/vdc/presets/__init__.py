"""Definitions to begin with, with comments in the reader's language.

Called by the CLI. A preset is ``NAME.LANG.yaml`` in this folder; tests check that both languages
define the same.
"""

from kiki.model.languages import Lang

STARTER = "starter"
PRESETS = ("lab", STARTER)
_FOLDER = __file__.removesuffix("__init__.py")


def preset(name: str, lang: Lang) -> str:
    """The text of the preset *name*, one of :data:`PRESETS`."""
    with open(f"{_FOLDER}{name}.{lang}.yaml", encoding="utf-8") as file:  # noqa: PTH123 -- start-up
        return file.read()
