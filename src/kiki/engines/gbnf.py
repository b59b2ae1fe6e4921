"""A JSON schema as a GBNF grammar, which llama.cpp can hold a model to.

Called by ``engines.openai.rungs``. Knows what ``understand.schema`` emits and no more: objects
without further properties, arrays, ``anyOf``, ``enum``, ``const``, strings with lengths, booleans
and null. The JSON is compact, with one space after ``:`` and ``,`` where the model likes it.
GBNF: llama.cpp, grammars/README.md.
"""

import json
from collections.abc import Callable
from typing import Any

_RULES = r"""
gap ::= " "?
char ::= [^"\\\x00-\x1F\x7F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F] [0-9a-fA-F])
string ::= "\"" char* "\""
""".lstrip()  # noqa: E501 -- grammar
_MOST_REPEATED = 256  # llama.cpp unrolls repetitions and refuses some thousands of them


def grammar(schema: dict[str, Any]) -> str:
    """The grammar of the JSON texts that satisfy *schema*. ValueError for a schema that has
    something else in it, or that nothing satisfies."""
    rules = _Rules()
    root = rules.made(schema)
    return "\n".join([f"root ::= {root}", *rules.lines()]) + "\n" + _RULES


class _Rules:
    """One rule for each different schema."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._bodies: dict[str, str] = {}

    def lines(self) -> list[str]:
        """The rules, one a line."""
        return [f"{name} ::= {body}" for name, body in self._bodies.items()]

    def made(self, schema: dict[str, Any]) -> str:
        """What stands for *schema* in another rule."""
        return self._rule(json.dumps(schema), lambda: self._body(schema))

    def _rule(self, key: str, body: Callable[[], str]) -> str:
        if key not in self._names:
            self._names[key] = f"r{len(self._names)}"
            self._bodies[self._names[key]] = body()
        return self._names[key]

    def _body(self, schema: dict[str, Any]) -> str:
        if "const" in schema:
            return _literal(json.dumps(schema["const"], ensure_ascii=False))
        if "enum" in schema:
            return _either([_literal(json.dumps(v, ensure_ascii=False)) for v in schema["enum"]])
        if "anyOf" in schema:
            return _either([self.made(one) for one in schema["anyOf"]])
        makers: dict[str, Callable[[dict[str, Any]], str]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "boolean": lambda _: '("true" | "false")',
            "null": lambda _: '"null"',
        }
        made = makers.get(schema.get("type", ""))
        if made is None:
            raise ValueError(f"no grammar for {schema}")
        return made(schema)

    def _object(self, schema: dict[str, Any]) -> str:
        if schema.get("additionalProperties") is not False:
            raise ValueError("an object with any properties")
        pairs = [
            (f"{_literal(json.dumps(name))} {_literal(':')} gap {self.made(one)}", name)
            for name, one in schema.get("properties", {}).items()
        ]
        wanted = set(schema.get("required", ()))
        if not wanted <= {name for _, name in pairs}:
            raise ValueError("a required property without a schema")
        inside = _either(_firsts([(pair, name in wanted) for pair, name in pairs]))
        return f'"{{" {inside} "}}"'

    def _array(self, schema: dict[str, Any]) -> str:
        item = self.made(schema["items"])
        least, most = schema.get("minItems", 0), schema.get("maxItems")
        if most is not None and most < max(least, 1):
            raise ValueError("an array of less than its least")
        more = "," if most is None else f",{most - 1}"
        some = f'{item} ("," gap {item}){{{max(least - 1, 0)}{more}}}'
        return f'"[" {some} "]"' if least else f'"[" ({some})? "]"'

    def _string(self, schema: dict[str, Any]) -> str:
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        if not least and most is None:
            return "string"
        # Where the limit is too large to be unrolled, the check of the answer holds it.
        limit = f",{most}" if most is not None and most <= _MOST_REPEATED else ","
        return f'"\\"" char{{{min(least, _MOST_REPEATED)}{limit}}} "\\""'


def _firsts(pairs: list[tuple[str, bool]]) -> list[str]:
    """The ways to write an object's properties in order, one for each that may come first: the
    others follow after a comma, and may be missing unless they are required."""
    ways = []
    for index, (pair, required) in enumerate(pairs):
        rest = [f'"," gap {later}' for later, _ in pairs[index + 1 :]]
        kept = [needed for _, needed in pairs[index + 1 :]]
        tail = [text if need else f"({text})?" for text, need in zip(rest, kept, strict=True)]
        ways.append(" ".join([pair, *tail]))
        if required:
            return ways
    return [*ways, '""']


def _either(ways: list[str]) -> str:
    """One of several; ValueError for none."""
    if not ways:
        raise ValueError("a choice of nothing")
    return ways[0] if len(ways) == 1 else "(" + " | ".join(ways) + ")"


def _literal(text: str) -> str:
    """*text* as GBNF writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'
