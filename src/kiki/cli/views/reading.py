"""How a message was read: the words that were used, each operation, and where each value is from.

Called by the flow of a change and by ``explain`` and ``show``.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kiki.cli.layout import columns, one_line, table
from kiki.cli.look import Look
from kiki.cli.views import question as question_view
from kiki.model.intent import Assumption, Intent, Operation, Reading, Source, Token
from kiki.model.trees import leaves, shown

Span = tuple[int, int]

_LONGEST = 4000  # characters that are shown whole; longer messages are not read
_CLIP = 200


def human(reading: Reading, message: str, look: Look) -> str:
    """The message with its used words marked, and what was made of it. *message* is the NFC,
    redacted one; empty to put it together from the reading's own tokens."""
    message = message or rebuilt(reading.tokens)
    parts = []
    if message.strip():
        parts.append(underlined(_clipped(message), spans(reading), look))
    if reading.leftover and reading.intent is None:
        words = ", ".join(f'"{one_line(token.text)}"' for token in reading.leftover)
        parts.append(look.label("leftover", words=words))
    if reading.intent is not None:
        parts.append(_intent(reading.intent, message, look))
    parts += [look.label("noted", text=assumed(n, look)) for n in reading.notes]
    return "\n".join(parts)


def _clipped(message: str) -> str:
    """*message*, or its beginning when it is a document and no request."""
    return message if len(message) <= _LONGEST else message[:_CLIP] + "…"


def rebuilt(tokens: Iterable[Token]) -> str:
    """The message that *tokens* were cut from, with blanks between them: never a secret, as they
    are cut after redaction."""
    text = ""
    for token in sorted(tokens, key=lambda token: token.start):
        text = text.ljust(token.start) + token.text
    return text


def spans(reading: Reading) -> list[Span]:
    """The parts of the message that gave values, or that a question is about."""
    found = {(s.start, s.end) for s in _sources(reading) if s.start >= 0}
    for asked in (reading.question, reading.refusal):
        if asked is not None and asked.start >= 0:
            found.add((asked.start, asked.end))
    return sorted(found)


def _sources(reading: Reading) -> list[Source]:
    operations = reading.intent.operations if reading.intent else ()
    return [
        source
        for operation in operations
        for name, source in operation.sources.items()
        if not isinstance(operation.fields.get(name), dict)  # its leaves have their own
    ]


def underlined(message: str, found: Iterable[Span], look: Look, indent: str = "  ") -> str:
    """*message* with marks under the characters of each span; line by line."""
    used = {index for start, end in found for index in range(start, end)}
    lines, offset = [], 0
    for line in message.split("\n"):
        marks = "".join(
            ("^" if offset + place in used else " ") * columns(char)
            for place, char in enumerate(one_line_characters(line))
        )
        lines.append(indent + "".join(one_line_characters(line)))
        if marks.strip():
            lines.append(indent + look.paint(marks.rstrip(), "cyan"))
        offset += len(line) + 1
    return "\n".join(lines)


def one_line_characters(line: str) -> list[str]:
    """Each character as it is shown: control characters made visible, tabs one blank."""
    return [" " if char == "\t" else one_line(char) if char != " " else " " for char in line]


def _intent(intent: Intent, message: str, look: Look) -> str:
    lines = [look.label("read_by_" + intent.reader, target=intent.target, name=intent.name)]
    if intent.hosts:
        lines.append("  " + look.label("read_hosts", hosts=", ".join(intent.hosts)))
    for number, operation in enumerate(intent.operations, 1):
        kind = look.paint(operation.kind, "bold")
        lines.append(f"  {number}. {' '.join([kind, *_where(operation, look)])}")
        lines.append(table(_fields(operation, message, look), indent="     "))
    if intent.assumptions:
        lines.append("  " + look.heading("assumptions"))
        lines += [f"     - {assumed(item, look)}" for item in intent.assumptions]
    return "\n".join(line for line in lines if line)


def _where(operation: Operation, look: Look) -> list[str]:
    """The hosts and the family that the operation is limited to."""
    on = [look.label("on_hosts", hosts=", ".join(operation.hosts))] if operation.hosts else []
    of = [look.label("on_family", family=operation.family)] if operation.family else []
    return on + of


def _fields(operation: Operation, message: str, look: Look) -> list[list[str]]:
    rows = []
    for name, value in _values(operation):
        source = operation.sources.get(name, Source(origin="default"))
        shown = look.value(value) or look.paint(look.label("empty"), "dim")
        rows.append([name, shown, look.paint(origin(source, message, look), "dim")])
    return rows


def _values(operation: Operation) -> Iterator[tuple[str, Any]]:
    """Each field with its value; of a tree each leaf by its path: ``body.spec.rules[0].host``."""
    for name, value in operation.fields.items():
        if isinstance(value, dict):
            yield from ((shown(path), leaf) for path, leaf in leaves(value, (name,)))
        else:
            yield name, value


def origin(source: Source, message: str, look: Look) -> str:
    """Where a value came from, in words; for a span the quoted part of the message."""
    if source.start >= 0:
        quote = one_line(message[source.start : source.end])
        place = {"quote": quote, "start": source.start + 1, "end": source.end}
        return look.label("origin_" + source.origin, detail=source.detail, **place)
    named = source.detail and source.detail != source.origin
    ending = "_named" if named else "_plain"
    return look.label("origin_" + source.origin + ending, detail=source.detail)


def as_json(reading: Reading, look: Look) -> dict[str, Any]:
    """Keys: reader, message, target, name, digest, hosts (as named; none: all), operations
    (kind, fields, sources), assumptions, notes, leftover, question, refusal."""
    intent = reading.intent
    return {
        "reader": reading.reader,
        "message": rebuilt(reading.tokens),
        "target": intent.target if intent else "",
        "name": intent.name if intent else "",
        "digest": intent.digest() if intent else "",
        "hosts": list(intent.hosts) if intent else [],
        "operations": [_operation(op) for op in intent.operations] if intent else [],
        "assumptions": _assumptions(intent.assumptions, look) if intent else [],
        "notes": _assumptions(reading.notes, look),
        "leftover": [token.text for token in reading.leftover],
        "question": question_view.as_json(reading.question, look) if reading.question else None,
        "refusal": question_view.as_json(reading.refusal, look) if reading.refusal else None,
    }


def _operation(operation: Operation) -> dict[str, Any]:
    sources = {
        name: {"origin": s.origin, "start": s.start, "end": s.end, "detail": s.detail}
        for name, s in operation.sources.items()
    }
    where: dict[str, Any] = {"hosts": list(operation.hosts)} if operation.hosts else {}
    where |= {"family": operation.family} if operation.family else {}
    return {"kind": operation.kind, "fields": operation.fields, "sources": sources} | where


def _assumptions(said: tuple[Assumption, ...], look: Look) -> list[dict[str, Any]]:
    return [
        {"code": item.code, "params": item.params, "text": assumed(item, look)} for item in said
    ]


def assumed(item: Assumption, look: Look) -> str:
    """What was assumed; a switch, kept as ``True``, is said as in the table of the fields."""
    params = dict(item.params)
    if item.code == "assumption.default" and params["value"] == str(True):
        params["value"] = look.value(True)
    return look.say(item.code, **params)
