"""Make ``src/kiki/vdc/schema.json`` and ``schema.ko.json``, the published form of a definition,
from the types. The Korean descriptions are in ``vdc_schema_ko.yaml``.

Run by ``make docs``; a test compares them.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec
import yaml

from kiki.vdc.definition import Definition

ROOT = Path(__file__).resolve().parent.parent
FILES = {"en": ROOT / "src/kiki/vdc/schema.json", "ko": ROOT / "src/kiki/vdc/schema.ko.json"}
KOREAN = ROOT / "tools/vdc_schema_ko.yaml"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def rendered(lang: str = "en") -> str:
    """The schema as its file in *lang* has it."""
    found = msgspec.json.schema(Definition)
    found["$defs"] = {name: _tidy(one) for name, one in sorted(found["$defs"].items())}
    _allow_empty(found["$defs"])
    whole = {"$schema": DIALECT, "title": "Kiki VDC", **found}
    if lang == "ko":
        whole = _translated(whole, yaml.safe_load(KOREAN.read_text("utf-8")))
    return msgspec.json.format(msgspec.json.encode(whole), indent=1).decode() + "\n"


def _allow_empty(known: dict[str, Any]) -> None:
    """A section, and a thing that needs nothing said (``web:``), may be left empty: YAML's null."""
    for name, one in known["Definition"]["properties"].items():
        inner = one.get("additionalProperties")
        ref = inner.get("$ref", "") if isinstance(inner, dict) else ""
        if ref and not known[ref.split("/")[-1]]["required"]:
            one["additionalProperties"] = {"anyOf": [inner, {"type": "null"}]}
        if one.get("type") in ("object", "array") or ("$ref" in one and "default" in one):
            shown = {key: one.pop(key) for key in ("description", "default") if key in one}
            empty = {"anyOf": [one, {"type": "null"}]}
            known["Definition"]["properties"][name] = {**shown, **empty}


def _tidy(value: Any) -> Any:
    """*value* with every description on one line."""
    if isinstance(value, dict):
        kept = {key: _tidy(item) for key, item in value.items()}
        if isinstance(kept.get("description"), str):
            kept["description"] = " ".join(kept["description"].split())
        return kept
    return [_tidy(item) for item in value] if isinstance(value, list) else value


def _translated(value: Any, words: dict[str, str]) -> Any:
    """*value* with each description in the other language; KeyError for one that has none. Where
    ``description`` is a property or a default it is no text or empty, and stays."""
    if isinstance(value, dict):
        return {
            key: words[item] if key == "description" and isinstance(item, str) and item
            else _translated(item, words)
            for key, item in value.items()
        }  # fmt: skip
    return [_translated(item, words) for item in value] if isinstance(value, list) else value


def main() -> int:
    """Write what differs."""
    for lang, file in FILES.items():
        if not file.exists() or file.read_text("utf-8") != rendered(lang):
            file.write_text(rendered(lang), "utf-8")
            print(f"wrote {file.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
