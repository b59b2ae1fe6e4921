"""The ``kiki`` command: what a bare Python can answer is answered here, the rest in ``dispatch``.

Start-up time is everything: ``--help``, ``--version`` and the completion of words that never
change read a file that was rendered at build time (tools/render_help.py) and import nothing.
Why: docs/decisions/0007-start-up.md.
"""

import os
import sys

from kiki.cli import route
from kiki.settings import ambient

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CANCELLED = 11  # model.exits.Exit.CANCELLED, which costs an import
PAGES = os.path.dirname(__file__) + "/help"  # noqa: PTH120 -- pathlib costs start-up time


def main(argv: "Sequence[str] | None" = None) -> int:
    """Run one command line (without the program's name) and give its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    asked = ambient.completion(os.environ)
    if asked is not None:
        return _complete(asked)
    page = _page(words)
    if page is not None:
        return _print(page)
    try:
        _import_quickly()
        from kiki.cli.dispatch import dispatch  # noqa: PLC0415 -- lazy: start-up time of --help

        return dispatch(words)
    except KeyboardInterrupt:  # before or after anything could be said
        return CANCELLED


def _page(words: "list[str]") -> "str | None":
    """The text that answers without any work: a help page or the version."""
    end = words.index("--") if "--" in words else len(words)
    if words == ["--version"]:
        from kiki import __version__  # noqa: PLC0415 -- lazy: needed here only

        return f"kiki {__version__}\n"
    if words[:1] == ["help"]:
        words = [*words[1:], "--help"]
    if words and not {"-h", "--help"}.intersection(words[:end]):
        return None
    lang = route.flag(words, "--lang") or ambient.language(os.environ)
    return help_page(route.command(words) or "kiki", "ko" if lang == "ko" else "en")


def help_page(command: str, lang: str) -> "str | None":
    """The rendered page of *command*, or None when there is none."""
    name = route.ALIASES.get(command, command)
    try:
        with open(f"{PAGES}/{lang}/{name}.txt", encoding="utf-8") as file:  # noqa: PTH123 -- as above
            return file.read()
    except FileNotFoundError:
        return None


def _print(page: str) -> int:
    try:
        os.write(1, page.encode())
    except OSError:  # the reader has gone, or never was
        return 1
    return 0


def _complete(asked: "dict[str, str]") -> int:
    from kiki.cli import completing  # noqa: PLC0415 -- lazy: start-up time of --help

    if completing.answer(asked, PAGES):
        return 0
    from kiki.cli.completing_values import complete  # noqa: PLC0415 -- lazy: needs argparse

    return complete()


class _Platform:
    """All that uuid, which msgspec imports, asks of ``platform``."""

    @staticmethod
    def system() -> str:
        return os.uname().sysname


class _Texts:
    """All that argparse asks of ``gettext``: its own words, which Kiki shows nobody."""

    @staticmethod
    def gettext(text: str) -> str:
        return text

    @staticmethod
    def ngettext(one: str, several: str, count: int) -> str:
        return one if count == 1 else several


def _import_quickly() -> None:
    """Import msgspec and argparse without what they hardly use: typing_extensions, which msgspec
    prefers when some other package brought it (9 ms for names that Python 3.11's own typing has),
    platform (2 ms for one name) and gettext (2 ms to look for translations on the disk)."""
    stands = {"typing_extensions": None, "platform": _Platform, "gettext": _Texts}
    hidden = {name: stand for name, stand in stands.items() if name not in sys.modules}
    sys.modules.update(hidden)  # type: ignore[arg-type]
    try:
        import argparse  # noqa: F401, PLC0415 -- this order is the point

        import msgspec  # noqa: F401, PLC0415
    finally:
        for name in hidden:
            del sys.modules[name]


if __name__ == "__main__":
    sys.exit(main())
