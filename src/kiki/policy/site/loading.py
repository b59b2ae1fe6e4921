"""Rule files: from text to rules, and from a folder to all of them, with everything wrong in them.

Called by ``service.ruling`` at every judgement and by ``kiki policy``. Nothing is skipped in
silence: a finding with severity ``error`` denies every change until it is mended.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kiki.documents.read import Parsed, read_yaml
from kiki.model.finding import Finding
from kiki.model.records import digest
from kiki.model.ruling import PREFIX
from kiki.model.windows import window
from kiki.policy.site import complaints
from kiki.policy.site.matching import is_port
from kiki.policy.site.rule import Placed, Rule, RuleFile, given, patterns, written

ENDINGS = (".yaml", ".yml")
TESTS = ".test"
"""What the name of a file of tests has before its ending."""
_QUIET = (".md", ".txt", ".json")  # files beside the rules that nobody takes for rules
_LARGEST = 1_000_000
_MOST = 500  # files


class Site(NamedTuple):
    """All rules of a folder, what is wrong with them, and the digest of the files' texts."""

    rules: tuple[Placed, ...]
    findings: tuple[Finding, ...]
    digest: str

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What denies."""
        return tuple(one for one in self.findings if one.severity == "error")


def load(folder: str) -> Site:
    """The rules in *folder*; never raises."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 -- plain names
    except OSError as error:
        return _broken("folder_unreadable", folder, why=error.strerror or str(error))
    found = [name for name in names if is_rules(name)]
    if not found or len(found) > _MOST:
        return _broken("folder_empty" if not found else "folder_full", folder, most=str(_MOST))
    texts = {name: _text(Path(folder, name)) for name in found}
    odd = (finding("file_ignored", "warning", name) for name in names if _is_odd(name))
    return _together(texts, tuple(odd))


def is_rules(name: str) -> bool:
    """Whether a file of this name has rules. Hidden ones are none: that is how a volume of
    Kubernetes swaps its files."""
    stem, ending = Path(name).stem, Path(name).suffix
    return ending in ENDINGS and not name.startswith(".") and not stem.endswith(TESTS)


def is_tests(name: str) -> bool:
    """Whether a file of this name has tests of rules."""
    stem, ending = Path(name).stem, Path(name).suffix
    return ending in ENDINGS and not name.startswith(".") and stem.endswith(TESTS)


def finding(
    what: str, severity: Any, file: str, line: int = 0, column: int = 0, /, **params: str
) -> Finding:
    """A finding about a rule file."""
    return Finding(
        code=PREFIX + what, severity=severity, file=file, line=line, column=column, params=params
    )


def read(text: str, file: str) -> tuple[tuple[Placed, ...], tuple[Finding, ...]]:
    """The rules of one file, and what is wrong with it."""
    parsed = read_yaml(text, file)
    wrong = [*strict(parsed)]
    if wrong:
        return (), tuple(wrong)
    data = parsed.documents[0]
    top = _top(data, parsed)
    if isinstance(top, Finding):
        return (), (top,)
    rules: list[Placed] = []
    for index in range(len(data["rules"])):
        made = _rule(data, index, parsed, top)
        if isinstance(made, Placed):
            rules.append(made)
        else:
            wrong.append(made)
    return tuple(rules), tuple(wrong)


def strict(parsed: Parsed) -> Iterator[Finding]:
    """Everything that makes a file of the site's unusable, also what is only odd elsewhere: a word
    that YAML reads as something else, a tag, more or less than one document."""
    for one in parsed.findings:
        yield msgspec.structs.replace(one, severity="error")
    if parsed.findings:
        return
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0], dict):
        yield finding("not_rules", "error", parsed.file)
        return
    for path in _paths(parsed.documents[0]):
        if parsed.tag_of(path):
            line, column = parsed.line_of(path)
            tag = parsed.tag_of(path)
            yield finding("tag", "error", parsed.file, line, column, tag=tag)


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, list
    ) else ()  # fmt: skip
    for key, item in inner:
        yield from _paths(item, (*path, key))


def _top(data: dict[str, Any], parsed: Parsed) -> str | Finding:
    """The zone of the file's times."""
    if not isinstance(data.get("rules"), list) or not data["rules"]:
        return finding("not_rules", "error", parsed.file)
    try:
        whole = msgspec.convert({**data, "rules": []}, RuleFile)
    except msgspec.ValidationError as error:
        return complaints.about(str(error), (), parsed, RuleFile)
    if not given(whole.zone):
        return ""
    try:
        window(f"daily 00:00-24:00 zone {whole.zone}")
    except ValueError:
        line, column = parsed.line_of(("zone",))
        return finding("zone_unknown", "error", parsed.file, line, column, value=str(whole.zone))
    return str(whole.zone)


def _rule(data: dict[str, Any], index: int, parsed: Parsed, zone: str) -> Placed | Finding:
    at: tuple[str | int, ...] = ("rules", index)
    try:
        rule = msgspec.convert(data["rules"][index], Rule)
    except msgspec.ValidationError as error:
        return complaints.about(str(error), at, parsed, Rule)
    placed = Placed(rule=rule, file=parsed.file, line=parsed.line_of(at)[0], zone=zone)
    for path, what, value in _nonsense(placed):
        line, column = parsed.line_of((*at, *path))
        return finding(what, "error", parsed.file, line, column, rule=rule.id, value=value)
    return placed


def _nonsense(placed: Placed) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """What has the right form and means nothing: path, code and value."""
    rule = placed.rule
    outcomes = written(rule.then)
    if not outcomes:
        yield ("then",), "then_empty", ""
    for name, value in outcomes.items():
        if value is False:
            yield ("then", name), "then_false", name
    if not isinstance(rule.reason, str) and not written(rule.reason):
        yield ("reason",), "reason_empty", ""
    for pattern in patterns(rule.when.port):
        if not is_port(pattern):
            yield ("when", "port"), "port_wrong", pattern
    yield from _times(placed)


def _times(placed: Placed) -> Iterator[tuple[tuple[str, ...], str, str]]:
    for line in patterns(placed.rule.when.time):
        try:
            found = window(line)
        except ValueError:
            yield ("when", "time"), "time_wrong", line
            return
        if found.names:
            yield ("when", "time"), "time_for", line
        if found.zone is None and not placed.zone:
            yield ("when", "time"), "time_no_zone", line


def _together(texts: dict[str, str | Finding], odd: tuple[Finding, ...]) -> Site:
    rules: list[Placed] = []
    wrong: list[Finding] = [*odd]
    for name, text in texts.items():
        found, faults = read(text, name) if isinstance(text, str) else ((), (text,))
        rules += found
        wrong += faults
    wrong += _twice(rules)
    told = {name: text if isinstance(text, str) else text.code for name, text in texts.items()}
    return Site(tuple(rules), tuple(wrong), digest(told))


def _twice(rules: list[Placed]) -> Iterator[Finding]:
    known: dict[str, Placed] = {}
    for one in rules:
        first = known.setdefault(one.rule.id, one)
        if first is not one:
            place = f"{first.file}:{first.line}"
            yield finding("id_twice", "error", one.file, one.line, rule=one.rule.id, place=place)


def _text(path: Path) -> str | Finding:
    """What the file says, or why it can't be read."""
    try:
        if path.stat().st_size > _LARGEST:
            return finding("file_unreadable", "error", path.name, why=f"> {_LARGEST} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return finding("file_unreadable", "error", path.name, why="not UTF-8")
    except OSError as error:
        return finding("file_unreadable", "error", path.name, why=error.strerror or str(error))


def _is_odd(name: str) -> bool:
    """Whether a file may have been meant to be rules, and is not read."""
    known = is_rules(name) or is_tests(name) or name.endswith(_QUIET)
    return not known and not name.startswith(".") and ".y" in name.lower()


def _broken(what: str, folder: str, **params: str) -> Site:
    params = {"folder": folder} | params
    fault = Finding(code=PREFIX + what, severity="error", params=params)
    return Site((), (fault,), digest({"": fault.code}))
