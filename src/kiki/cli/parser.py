"""An argparse parser whose mistakes are ``UsageError``s with codes and the nearest right word.

Called by the commands, which describe their flags with it, by the completion, and by
tools/render_help.py, which passes *describe* to get the help texts. At run time there are none:
``main`` has answered ``--help`` before argparse is imported.
"""

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from kiki.cli.suggest import nearest
from kiki.model.errors import UsageError
from kiki.model.kube_versions import KNOWN, minor
from kiki.model.rollout import size

Describe = Callable[[str], str]

# Flags that the public prototype had, and that say nothing to Kiki. They are accepted with a note.
IGNORED = ("--max-token", "--max-tokens", "--temperature", "--engine")


class WrongValue(argparse.ArgumentTypeError):
    """A flag's value that is not one of those it takes."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class Parser(argparse.ArgumentParser):
    """One command's flags. Give help by code only: ``cli.flag.<dest>`` names its text."""

    def __init__(self, *, prog: str, describe: Describe | None = None, **options: Any) -> None:
        options.setdefault("add_help", False)
        super().__init__(prog=prog, allow_abbrev=False, exit_on_error=False, **options)
        self.describe = describe
        self.secretive = False  # whether a word too many may be a secret, and is not repeated

    def flag(self, *names: str, code: str = "", **options: Any) -> argparse.Action:
        """Add a flag or an argument; its help is the text of ``cli.flag.<code or dest>``."""
        action = self.add_argument(*names, **options)
        if self.describe is not None and action.help is not argparse.SUPPRESS:
            action.help = self.describe("cli.flag." + (code or action.dest)).replace("%", "%%")
        return action

    def switch(self, *names: str, code: str = "", **options: Any) -> argparse.Action:
        """Add a flag without a value."""
        return self.flag(*names, code=code, action="store_true", **options)

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """The flags in *words*; UsageError ``cli.<what>`` for what is wrong with them."""
        try:
            args, unknown = self.parse_known_args(self._sorted(self._tidied(words)))
        except argparse.ArgumentError as error:
            raise self._explained(error) from error
        if unknown:
            raise self._unknown(unknown[0])
        return args

    def _get_formatter(self) -> argparse.HelpFormatter:
        """argparse makes one for every flag that is added; without a width each would import
        shutil and ask the terminal."""
        return argparse.HelpFormatter(self.prog, width=96)

    def error(self, message: str) -> NoReturn:
        """Called by argparse for missing arguments and ambiguous flags."""
        _, found, names = message.partition("arguments are required: ")
        if found:
            raise UsageError("cli.argument_missing", names=names, command=self.prog)
        raise UsageError("cli.wrong_usage", problem=message, command=self.prog)

    def _tidied(self, words: Sequence[str]) -> list[str]:
        """A flag after a stray escaped space (``\\ --name``, from a line pasted without its
        breaks) is still that flag."""
        known = self._option_string_actions
        return [word.strip() if word.strip() in known else word for word in words]

    def _sorted(self, words: list[str]) -> list[str]:
        """*words* with the flags together, as argparse fills all arguments that may be empty at the
        first word that is no flag, and refuses those after the next flag. Its own intermixed
        parsing loses ``--`` and names the wrong word where a flag is wrong."""
        end = words.index("--") if "--" in words else len(words)
        flags, others = self._parted(words[:end])
        last = words[end:]  # where there is ``--``, every word after it is no flag
        return [*flags, "--", *others, *last[1:]] if last else others + flags

    def _parted(self, words: list[str]) -> tuple[list[str], list[str]]:
        """The flags in *words* with their values, and the other words."""
        flags: list[str] = []
        others: list[str] = []
        takes = False  # whether the flag before takes this word
        for word in words:
            is_flag = self._parse_optional(word) is not None
            if is_flag:
                self._require_known(word)
            (flags if is_flag or takes else others).append(word)
            takes = is_flag and self._takes_next(word)
        return flags, others

    def _require_known(self, word: str) -> None:
        known = self._option_string_actions
        short = "" if word.startswith("--") else word[:2]
        if not {word, word.partition("=")[0], short} & known.keys():
            raise self._unknown(word)

    def _takes_next(self, word: str) -> bool:
        """Whether the flag *word* takes the next one: it takes a value, and has none in itself. Of
        short flags in one word (``-yi``) only the last may."""
        known = self._option_string_actions
        if word in known or word.startswith("--"):
            return word in known and known[word].nargs != 0
        *before, last = [known.get("-" + letter) for letter in word[1:]]
        switches = all(action is not None and action.nargs == 0 for action in before)
        return switches and last is not None and last.nargs != 0

    def _explained(self, error: argparse.ArgumentError) -> UsageError:
        names = (error.argument_name or "").split("/")
        flag = next((name for name in names if name.startswith("--")), names[0])
        if isinstance(error.__context__, WrongValue):
            params = error.__context__.params | ({"value": "***"} if self.secretive else {})
            return UsageError(error.__context__.code, flag=flag, **params)
        code = "cli.value_missing" if "expected" in error.message else "cli.value_unwanted"
        return UsageError(code, flag=flag, command=self.prog)

    def _unknown(self, word: str) -> UsageError:
        if self.secretive:
            return UsageError("secret.words", command=self.prog)
        if not word.startswith("-") or word == "-":
            return UsageError("cli.word_unexpected", word=word, command=self.prog)
        flag = word.partition("=")[0]
        if flag in ("--message", "-m"):
            return UsageError("cli.message_elsewhere", flag=flag, command=self.prog)
        near = nearest(flag, self.flags())
        if near:
            return UsageError("cli.flag_unknown_near", flag=flag, nearest=near, command=self.prog)
        return UsageError("cli.flag_unknown", flag=flag, command=self.prog)

    def flags(self) -> list[str]:
        """The long flags that are shown to people."""
        return [
            name
            for action in self._actions
            if action.help is not argparse.SUPPRESS
            for name in action.option_strings
            if name.startswith("--")
        ]


def one_of(*choices: str) -> Callable[[str], str]:
    """A type for flags that take one of a few words."""

    def convert(value: str) -> str:
        if value not in choices:
            raise WrongValue("cli.choice", value=value, choices=", ".join(choices))
        return value

    convert.choices = choices  # type: ignore[attr-defined]
    return convert


def positive(value: str) -> int:
    """A type for flags that take a number from 1 on."""
    if not value.isdecimal() or int(value) < 1:
        raise WrongValue("cli.number", value=value)
    return int(value)


def number(value: str) -> int:
    """A type for flags that take a number from 0 on."""
    if not value.isdecimal():
        raise WrongValue("cli.number", value=value)
    return int(value)


def percent(value: str) -> int:
    """A type for flags that take a number from 0 to 100, with or without ``%``."""
    number = value.removesuffix("%")
    if not number.isdecimal() or int(number) > 100:
        raise WrongValue("rollout.max_fail_invalid", value=value)
    return int(number)


def batch(value: str) -> str:
    """A type for flags that take a number of hosts, or a share of them."""
    try:
        size(value, 1)
    except UsageError as error:
        raise WrongValue(error.code, value=value) from None
    return value


def kube_version(value: str) -> str:
    """A type for flags that take a version of Kubernetes whose schemas ship; argparse gives it the
    default, too, which is empty."""
    found = minor(value)
    if value and not found:
        raise WrongValue("k8s.version_unknown", value=value, known=", ".join(KNOWN))
    return found


kube_version.choices = KNOWN  # type: ignore[attr-defined]


def add_globals(parser: Parser) -> None:
    """The flags that every command has."""
    parser.switch("--json")
    parser.flag("--lang", metavar="ko|en", type=one_of("ko", "en"))
    parser.flag("--base-url", metavar="URL", default="")


def add_code_flags(parser: Parser) -> None:
    """How code is laid out, where it is written, and whether it is checked."""
    layouts = ("playbook", "role", "project")
    parser.flag("--layout", metavar="LAYOUT", type=one_of(*layouts), default=layouts[0])
    parser.flag("--out", metavar="FILE", default="")
    parser.switch("--force")
    parser.switch("--validate")
    add_kube_version(parser)
    parser.switch("--confirm")


def add_kube_version(parser: Parser) -> None:
    """For which Kubernetes manifests are checked."""
    parser.flag("--kube-version", metavar="VERSION", type=kube_version, default="")


def add_ignored(parser: Parser) -> None:
    """The prototype's flags that are accepted and have no effect."""
    for name in IGNORED:
        parser.flag(name, dest="ignored_" + name.strip("-"), help=argparse.SUPPRESS)


def ignored(args: argparse.Namespace) -> Iterable[str]:
    """Which of the prototype's flags without effect were given."""
    for name in IGNORED:
        if getattr(args, "ignored_" + name.strip("-"), None) is not None:
            yield name
