"""The golden sentences: what each is to be read as.

``tests/golden/understand/*.yaml`` are lists of cases. ``say`` is the message; ``with`` what else
the request has (``target``, ``name``, ``answers``, ``limit``, ``profile``); then exactly one of
``ops`` (each operation with the fields that are no plain default), ``asked`` and ``refused`` (a
code and its details). ``--update-golden`` writes what is read now; look at the diff before you
commit it.
"""

from collections.abc import Iterator
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


def cases() -> Iterator[tuple[str, Case]]:
    """Every case with its name: the file and the sentence."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            yield f"{path.stem}: {case['say']}", case


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
