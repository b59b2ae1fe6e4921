"""The golden sentences: what each is to be read as.

``tests/golden/understand/*.yaml`` are lists of cases. ``say`` is the message; ``with`` what else
the request has (``target``, ``name``, ``answers``, ``limit``, ``profile``); then exactly one of
``ops`` (each operation with the fields that are no plain default), ``asked`` and ``refused`` (a
code and its details). ``--update-golden`` writes what is read now; look at the diff before you
commit it.
"""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from kiki.model.intent import Operation, Reading
from kiki.model.profile import Profile
from kiki.model.request import Request, Scope
from kiki.targets import registry
from kiki.understand.reader import read

FOLDER = Path(__file__).resolve().parents[2] / "golden" / "understand"
Case = dict[str, Any]


@cache
def cases() -> tuple[tuple[str, Case], ...]:
    """Every case with its name: the file and the sentence. Nobody changes one."""
    # There are thousands, and each process of the tests parses them before its first test.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return tuple(
        (f"{path.stem}: {case['say']}", case)
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in yaml.load(path.read_text("utf-8"), Loader=loader)
    )


def reading(case: Case) -> Reading:
    """What the rules make of a case."""
    extra = case.get("with", {})
    request = Request(
        message=case["say"],
        target=extra.get("target"),
        name=extra.get("name", ""),
        answers=extra.get("answers", {}),
        scope=Scope(limit=extra.get("limit", "")),
    )
    profile = msgspec.convert(extra.get("profile", {}), Profile)
    return read(request, registry.vocabulary(), profile)


def check(message: str, made: Reading) -> None:
    """What every reading keeps, whatever it says."""
    assert sum(part is not None for part in (made.intent, made.question, made.refusal)) == 1
    for token in made.tokens:
        assert 0 <= token.start < token.end <= len(message)
        assert message[token.start : token.end] == token.text
    for asked in (made.question, made.refusal):
        if asked is not None:
            assert -1 <= asked.start <= asked.end <= len(message)
    if made.intent is not None:
        _check_intent(message, made)


def _check_intent(message: str, made: Reading) -> None:
    assert made.intent is not None
    assert made.leftover == ()
    for operation in made.intent.operations:
        assert operation.target == made.intent.target
        assert set(operation.fields) == set(operation.sources)
        fields = registry.fields_type(operation.kind)
        msgspec.convert(operation.fields, fields, strict=True)
        for source in operation.sources.values():
            if source.origin == "span":
                assert 0 <= source.start < source.end <= len(message)


def outcome(made: Reading) -> Case:
    """A reading in the form of a case."""
    if made.intent is not None:
        return {"ops": [_operation(operation) for operation in made.intent.operations]}
    if made.question is not None:
        asked: Case = {"code": made.question.code, "field": made.question.field}
        if made.question.choices:
            asked["choices"] = [choice.value for choice in made.question.choices]
        return {"asked": asked}
    assert made.refusal is not None
    return {"refused": {"code": made.refusal.code, "words": made.refusal.params.get("words", "")}}


def _operation(operation: Operation) -> dict[str, Any]:
    said = {
        name: value
        for name, value in operation.fields.items()
        if operation.sources[name].detail != "default"
    }
    return {operation.kind: said} | ({"family": operation.family} if operation.family else {})


def expected(case: Case) -> Case:
    """The part of a case that says what is to come out."""
    return {key: value for key, value in case.items() if key in ("ops", "asked", "refused")}


def write(path: Path, renewed: list[Case]) -> None:
    """One case a paragraph, each value on one line."""
    lines = [line for line in path.read_text("utf-8").splitlines() if line.startswith("#")]
    for case in renewed:
        lines.append("")
        for number, (key, value) in enumerate(case.items()):
            lines.append(("- " if number == 0 else "  ") + f"{key}: {_flow(key, value)}")
    path.write_text("\n".join(lines).lstrip("\n") + "\n", "utf-8")


def _flow(key: str, value: Any) -> str:
    if key == "ops" and len(value) > 1:
        return "".join(f"\n    - {_dumped(item)}" for item in value)
    return _dumped(value)


def _dumped(value: Any) -> str:
    if isinstance(value, str):
        text: str = yaml.dump(value, allow_unicode=True, width=10**6, default_style='"')
    else:
        text = yaml.dump(
            value, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6
        )
    return text.strip()
