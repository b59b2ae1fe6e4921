"""The published form of rule files and of tests: JSON Schema, for editors.

Called by ``kiki policy schema`` and ``init``, and by tools/render_policy_schema.py. The
descriptions are messages ``rule.<record>_<field>``, so that both languages have them.
"""

from typing import Any

import msgspec

from kiki.messages import known, text
from kiki.model.languages import Lang
from kiki.policy.site.rule import RuleFile
from kiki.policy.site.trials import TrialFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NAME = "kiki-policy.schema.json"


def schema(lang: Lang) -> str:
    """The schema of both kinds of files as JSON text, described in *lang*."""
    (rules, tests), components = msgspec.json.schema_components(
        (RuleFile, TrialFile), ref_template="#/$defs/{name}"
    )
    whole = {
        "$schema": DIALECT,
        "title": "Kiki policy",
        "anyOf": [rules, tests],
        "$defs": {name: _described(name, components[name], lang) for name in sorted(components)},
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def _described(record: str, one: dict[str, Any], lang: Lang) -> dict[str, Any]:
    """A record's schema with a description for each field; patterns as JSON Schema has them."""
    made: dict[str, Any] = _plain(one)
    made.pop("description", None)
    for name, field in made.get("properties", {}).items():
        code = f"rule.{record.lower()}_{name}"
        if known(code, lang):
            made["properties"][name] = {"description": text(code, lang).text, **field}
    return made


def _plain(value: Any) -> Any:
    """*value* with Python's end of a text as ECMA 262 has it."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.replace("\\Z", "$") if isinstance(value, str) else value
