"""GBNF as llama.cpp reads it, turned into a regular expression: enough of it for grammars that are
not recursive, as ours are. So a test can ask whether a text is allowed without llama.cpp."""

import re

_TOKEN = re.compile(
    r'\s+|(?P<text>"(?:\\.|[^"\\])*")|(?P<set>\[(?:\\.|[^\]\\])*\])|(?P<times>\{\d+(?:,\d*)?\})'
    r"|(?P<sign>[()|?*+])|(?P<name>[a-z][a-z0-9-]*)"
)


def pattern(grammar: str) -> re.Pattern[str]:
    """What *grammar* allows; ValueError when it is not GBNF, KeyError for a missing rule."""
    rules = {}
    for line in grammar.splitlines():
        if line.strip():
            name, mark, body = line.partition(" ::= ")
            if not mark or not re.fullmatch("[a-z][a-z0-9-]*", name) or name in rules:
                raise ValueError(line)
            rules[name] = body
    return re.compile(_expanded(rules["root"], rules))


def _expanded(body: str, rules: dict[str, str]) -> str:
    made, place = "", 0
    while place < len(body):
        match = _TOKEN.match(body, place)
        if match is None:
            raise ValueError(body[place:])
        place = match.end()
        if match["text"]:
            made += "(?:" + re.escape(_unescaped(match["text"][1:-1])) + ")"
        elif match["set"] or match["times"]:
            made += match[0]
        elif match["sign"]:
            made += "(?:" if match["sign"] == "(" else match["sign"]
        elif match["name"]:
            made += "(?:" + _expanded(rules[match["name"]], rules) + ")"
    return made


def _unescaped(text: str) -> str:
    known = {"n": "\n", "r": "\r", "t": "\t"}
    return re.sub(r"\\(.)", lambda match: known.get(match[1], match[1]), text)
