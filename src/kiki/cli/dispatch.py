"""One command line, from its words to an exit code: settings, language, command, errors.

Called by ``main`` for everything that needs more than a file to answer.
"""

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import cast

from kiki.cli import route
from kiki.cli.context import Context, MakeAgent
from kiki.cli.exits import exit_of_error
from kiki.cli.look import Look
from kiki.cli.parser import Parser, add_globals
from kiki.cli.screen import Screen, standard
from kiki.cli.suggest import nearest
from kiki.model.errors import KikiError, UsageError
from kiki.model.exits import Exit
from kiki.model.languages import Lang, language_of
from kiki.settings import ambient, load

_MESSAGE = "--message"
# What the prototype's commands are now: words put before the others.
_REWRITTEN = {
    "gen-k8s": ("gen", ["--target", "k8s"]),
    "gen-heat": ("gen", ["--target", "openstack"]),
    "gen-role": ("gen", ["--target", "ansible", "--layout", "role"]),
    "ansible-ai": ("kiki", []),
    "ansible-k8s": ("kiki", ["--target", "k8s"]),
    "ansible-osp": ("kiki", ["--target", "openstack"]),
    "history": ("changes", []),
}


def dispatch(
    words: list[str],
    *,
    environ: Mapping[str, str] = os.environ,
    screen: Screen | None = None,
    make_agent: MakeAgent | None = None,
) -> int:
    """Run *words*; the exit code. Nothing but KeyboardInterrupt twice leaves this function."""
    screen = screen or standard(plain=ambient.plain(environ))
    line = Line(words, environ, screen, make_agent)
    try:
        return int(_caught(line.run, line))
    finally:
        screen.close()


class Line:
    """One command line on its way; *context* is set once settings are loaded."""

    def __init__(
        self,
        words: list[str],
        environ: Mapping[str, str],
        screen: Screen,
        make_agent: MakeAgent | None,
    ) -> None:
        self.command, self.words = route.split(words)
        self.screen = screen
        self.lang = _language(self.command, self.words, environ)
        self.as_json = "--json" in words
        self.context: Context | None = None
        self._environ = environ
        self._make_agent = make_agent

    @property
    def look_err(self) -> Look:
        """How to show errors."""
        lang = self.context.lang if self.context else self.lang
        return Look(lang, self.screen.colour_err, self.screen.width)

    def run(self) -> Exit:
        """Parse, load settings, do it."""
        self.words = _texts(self.words)
        command, words = self.command, self.words
        if command in _REWRITTEN:
            command, first = _REWRITTEN[command]
            words = first + words
        args = parser_for(_known(command)).read(words)
        args.positional_message = self.command != command
        given = {"lang": args.lang or "", "base_url": args.base_url}
        # Only `bench` takes an engine; the others' --model goes along with their request.
        given |= {"engine": getattr(args, "engine", ""), "model": getattr(args, "model", "")}
        given |= {"cloud": getattr(args, "cloud", "")}  # its names are offered, too
        self.context = self._context(given)
        return cast(Exit, module_of(command).run(args, self.context))

    def _context(self, given: dict[str, str]) -> Context:
        settings = load(given, self._environ, os.getcwd())  # noqa: PTH109 -- start-up time
        said = language_of(_message(self.command, self.words)) or settings.lang
        self.lang = cast(Lang, given["lang"] or said or settings.locale)
        return Context(
            settings,
            self.lang,
            self.screen,
            as_json=self.as_json,
            make_agent=self._make_agent,
        )


def parser_for(command: str, describe: Callable[[str], str] | None = None) -> Parser:
    """The parser of one command, ``kiki`` being the bare flags form."""
    prog = "kiki" if command == "kiki" else f"kiki {command}"
    parser = Parser(prog=prog, describe=describe)
    module_of(command).flags(parser)
    add_globals(parser)
    return parser


def module_of(command: str) -> ModuleType:
    """The module of one command."""
    name = "message" if command == "kiki" else command
    return import_module(f"kiki.cli.commands.{name}")


def _known(command: str) -> str:
    if command == "kiki" or command in route.COMMANDS:
        return command
    if command in route.RETIRED:
        raise UsageError(f"cli.retired_{command.replace('-', '_')}", command=command)
    near = nearest(command, route.COMMANDS)
    if near:
        raise UsageError("cli.command_unknown_near", command=command, nearest=near)
    raise UsageError("cli.command_unknown", command=command)


def _texts(words: list[str]) -> list[str]:
    """*words*, in a message U+FFFD for what is no text: the message is recorded, and refused
    there. UsageError ``cli.not_text`` for another word."""
    return [
        _marked(word) if before == _MESSAGE or word.startswith(_MESSAGE + "=") else _text(word)
        for before, word in zip(["", *words], words, strict=False)
    ]


def _marked(word: str) -> str:
    return word.encode(errors="surrogateescape").decode(errors="replace")


def _text(word: str) -> str:
    try:
        word.encode()
    except UnicodeEncodeError as error:
        shown = word.encode(errors="backslashreplace").decode()
        raise UsageError("cli.not_text", word=shown) from error
    return word


def _language(command: str, words: list[str], environ: Mapping[str, str]) -> Lang:
    """The language of errors in the words themselves, before any setting is read. What decides
    after that: docs/configuration.md, ``lang``."""
    chosen = route.flag(words, "--lang")
    if chosen in ("ko", "en"):
        return cast(Lang, chosen)
    said = language_of(_message(command, words))
    return said or cast(Lang, ambient.language(environ))


def _message(command: str, words: list[str]) -> str:
    given = route.flag(words, _MESSAGE)
    if given or command not in ("explain", "ansible-ai", "ansible-k8s", "ansible-osp"):
        return given
    said = [word for word in words if not word.startswith("-")]
    korean = [word for word in said if language_of(word) == "ko"]
    return next(iter(korean + said), "")  # the value of a flag is never Korean


def _caught(work: Callable[[], Exit], line: Line) -> Exit:
    try:
        return work()
    except KikiError as error:
        return _failed(error, line)
    except KeyboardInterrupt:
        from kiki.cli.interrupt import interrupted  # noqa: PLC0415 -- lazy: only after Ctrl-C

        return _caught(lambda: interrupted(line.context, line.screen, line.look_err), line)
    except Exception as error:  # noqa: BLE001 -- a mistake in Kiki must be said, not dumped
        from kiki.cli.interrupt import broken  # noqa: PLC0415 -- lazy: only after a mistake

        return broken(error, line.screen, line.look_err)


def _failed(error: KikiError, line: Line) -> Exit:
    from kiki.cli.views import failure  # noqa: PLC0415 -- lazy: only after an error

    ended = exit_of_error(error)
    line.screen.err(failure.human(error, line.look_err))
    if line.as_json:
        from kiki.cli.context import encoded  # noqa: PLC0415 -- lazy: only with --json

        line.screen.out(encoded(failure.as_json(error, ended, line.look_err)))
    return ended
